package io.sallyport.openvpn.server;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.tls.TlsContext;
import io.sallyport.core.tls.TlsEndpoint;
import io.sallyport.core.tls.TlsEndpoint.Progress;
import io.sallyport.openvpn.wire.Acks;
import io.sallyport.openvpn.wire.ControlPacket;
import io.sallyport.openvpn.wire.OvpnSessionId;
import java.util.List;

/** TLS by hand inside OpenVPN's control channel, over TCP with nothing around it: for clients that stop or lie later. */
final class BareTls implements AutoCloseable {
    private static final int PIECE = 1000;

    private final BareClient client;
    private final OvpnSessionId theirs;
    private final OvpnSessionId ours;
    private final TlsEndpoint tls;
    private long nextId = 1;

    BareTls(BareClient client, long id, TlsContext context) throws Exception {
        this.client = client;
        this.theirs = new OvpnSessionId(id);
        this.ours = client.reset(id, 0);
        this.tls = context.newEndpoint();
    }

    /** Until both ends have finished the handshake. */
    void open() throws Exception {
        while (!(advance() instanceof Progress.Open)) {
            flush();
            hear();
        }
        flush();
    }

    /** One record. */
    void say(byte... plaintext) throws Exception {
        if (!tls.write(plaintext, 0, plaintext.length)) {
            throw new AssertionError("TLS takes nothing");
        }
        flush();
    }

    /** Takes what comes until the gateway has nothing more to say and closes the connection. */
    void hear() throws Exception {
        ControlPacket packet = client.receive();
        if (packet instanceof ControlPacket.Message message) {
            client.send(new ControlPacket.Ack(0, theirs, Acks.of(ours, List.of(message.messageId()))));
            byte[] octets = message.payload().toByteArray();
            if (!tls.feed(octets, 0, octets.length)) {
                throw new AssertionError("TLS takes no more");
            }
        }
    }

    /** Octets of the control channel as they are. */
    void send(Octets payload) throws Exception {
        client.send(new ControlPacket.Control(0, theirs, Acks.NONE, nextId++, payload));
    }

    private void flush() throws Exception {
        for (byte[] piece = tls.drain(PIECE); piece.length > 0; piece = tls.drain(PIECE)) {
            send(Octets.of(piece));
        }
    }

    private Progress advance() {
        Progress progress = tls.progress();
        while (progress instanceof Progress.HasTask(Runnable task)) {
            task.run();
            progress = tls.progress();
        }
        if (progress instanceof Progress.Failed failed) {
            throw new AssertionError(failed.reason());
        }
        return progress;
    }

    @Override
    public void close() {
        tls.close();
    }
}
