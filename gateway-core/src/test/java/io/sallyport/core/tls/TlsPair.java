package io.sallyport.core.tls;

import io.sallyport.core.tls.TlsEndpoint.Progress;

/** Carries octets between two ends until both are quiet, tasks included. */
final class TlsPair {
    private static final int MAX_ROUNDS = 100;

    private final TlsEndpoint client;
    private final TlsEndpoint server;
    int tasks;

    TlsPair(TlsEndpoint client, TlsEndpoint server) {
        this.client = client;
        this.server = server;
    }

    void run() {
        for (int round = 0; round < MAX_ROUNDS; round++) {
            advance(client);
            int moved = carry(client, server);
            advance(server);
            moved += carry(server, client);
            if (moved == 0) {
                return;
            }
        }
        throw new AssertionError("the handshake does not end");
    }

    Progress advance(TlsEndpoint end) {
        Progress progress = end.progress();
        while (progress instanceof Progress.HasTask(Runnable task)) {
            tasks++;
            task.run();
            progress = end.progress();
        }
        return progress;
    }

    /** In pieces of 100 octets, so that no record arrives whole. */
    int carry(TlsEndpoint from, TlsEndpoint to) {
        int moved = 0;
        for (byte[] piece = from.drain(100); piece.length > 0; piece = from.drain(100)) {
            if (!to.feed(piece, 0, piece.length)) {
                throw new AssertionError("the bound was reached");
            }
            advance(to);
            moved += piece.length;
        }
        return moved;
    }
}
