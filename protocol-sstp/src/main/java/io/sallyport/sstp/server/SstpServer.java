package io.sallyport.sstp.server;

import io.netty.channel.Channel;
import io.sallyport.core.Gateway;
import io.sallyport.core.octets.RandomOctets;
import io.sallyport.core.port443.ClientAddress;
import io.sallyport.core.port443.ShownCertificate;
import io.sallyport.core.port443.TlsApplication;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.worker.FairLimit;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import java.net.InetAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * SSTP for clients, and a plain "not found" for everybody else who speaks HTTPS to the port. {@link #close} before the gateway's: it takes no new clients and ends those on their way in;
 * sessions end with the gateway.
 */
public final class SstpServer implements TlsApplication, AutoCloseable {
    /** As metrics and logs name it. */
    public static final String PROTOCOL = "sstp";

    private static final long CLOSE_SECONDS = 5;

    private final Gateway gateway;
    private final RandomOctets random;
    private final FairLimit halfOpen = new FairLimit();
    private final Set<SstpConnection> connections = ConcurrentHashMap.newKeySet();
    private volatile SstpSettings settings;
    private volatile boolean closed;

    /** @param random of a {@code SecureRandom}; called from every worker */
    public SstpServer(Gateway gateway, SstpSettings settings, RandomOctets random) {
        this.gateway = gateway;
        this.settings = settings;
        this.random = random;
    }

    @Override
    public void accept(Channel channel, Worker worker, ShownCertificate shown) {
        if (!channel.isActive()) {
            return;
        }
        InetAddress from = ClientAddress.of(channel).getAddress();
        if (closed || !halfOpen.enter(from, settings.limits().halfOpen())) {
            worker.verdicts().count(closed ? Verdict.DRAINING : Verdict.HANDSHAKE_LIMIT);
            var _ = channel.close();
            return;
        }
        SstpConnection connection = new SstpConnection(this, worker, channel, shown, settings);
        connections.add(connection);
        channel.pipeline().addLast(connection);
    }

    /** For clients that connect from now on. */
    public void replaceSettings(SstpSettings next) {
        settings = next;
    }

    /** Connections that have no session that is up. */
    public int halfOpen() {
        return halfOpen.count();
    }

    /** All, with a session or without. */
    int connections() {
        return connections.size();
    }

    /** Sources that have connections on their way in. */
    int sources() {
        return halfOpen.sources();
    }

    Gateway gateway() {
        return gateway;
    }

    RandomOctets random() {
        return random;
    }

    void leaveHalfOpen(InetAddress from) {
        halfOpen.leave(from);
    }

    void forget(SstpConnection connection) {
        connections.remove(connection);
    }

    /** Takes no new clients and ends those on their way in; not from a worker. */
    @Override
    public void close() {
        closed = true;
        CountDownLatch done = new CountDownLatch(gateway.workers().all().size());
        for (Worker worker : gateway.workers().all()) {
            try {
                worker.execute(() -> {
                    for (SstpConnection connection : connections) {
                        Ending.step(worker, () -> connection.closeUnlessUp(worker, CloseReason.SHUTDOWN));
                    }
                    done.countDown();
                });
            } catch (RejectedExecutionException e) {
                // This worker has ended before, and its connections with it.
                done.countDown();
            }
        }
        try {
            var _ = done.await(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
