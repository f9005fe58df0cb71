package io.sallyport.daemon.wiring;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.network.MemoryNetwork;
import io.sallyport.core.network.PacedSource;
import io.sallyport.core.network.UdpPackets;
import io.sallyport.core.worker.Worker;
import io.sallyport.daemon.wiring.DemoTunnel.Connected;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One built-in client that connects, asks for an echo and sends and receives as fast as it goes. */
final class DemoClient implements DemoTunnel.Events, AutoCloseable {
    private static final InetAddress TARGET = InetAddress.ofLiteral("10.20.0.10");
    private static final int PAYLOAD = 1300;
    private static final int PROBE = 64;
    private static final int BURST = 32;
    /** Sent and not yet delivered: enough to fill the way, not enough to overflow it. */
    private static final int UNDER_WAY = 256;

    private static final int PROBES = 20;
    private static final long SECONDS_EACH_WAY = 2;
    private static final long CONNECT_SECONDS = 15;

    private final Worker loop;
    private final DemoTunnel tunnel;
    private final CompletableFuture<Connected> connected = new CompletableFuture<>();
    private volatile long receivedPackets;
    private volatile long receivedOctets;

    DemoClient(DemoTunnel.Opening opening, Worker loop) {
        this.loop = loop;
        this.tunnel = opening.open(this);
    }

    /**
     * @param roundTripNanos the median
     * @param upBitsPerSecond UDP payload delivered to the network behind the gateway
     * @param downBitsPerSecond inner packets that arrived here
     */
    record Measured(Connected connected, long roundTripNanos, double upBitsPerSecond, double downBitsPerSecond) {}

    Measured measure(MemoryNetwork network, Worker source) throws StartException, InterruptedException {
        try {
            Connected now = connected.get(CONNECT_SECONDS, TimeUnit.SECONDS);
            InetAddress mine = now.ipv4();
            if (mine == null) {
                throw new StartException("the client was given no address");
            }
            long roundTrip = roundTrip(mine);
            double up = up(mine, network);
            double down = down(mine, network, source, up);
            return new Measured(now, roundTrip, up, down);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw cause instanceof StartException start ? start : new StartException(String.valueOf(cause));
        } catch (TimeoutException e) {
            throw new StartException("no connection within " + CONNECT_SECONDS + " s");
        }
    }

    private long roundTrip(InetAddress mine) throws StartException, InterruptedException {
        UdpPackets probes = new UdpPackets(mine, TARGET, MemoryNetwork.ECHO_PORT, PROBE);
        long[] nanos = new long[PROBES];
        for (int i = 0; i < PROBES; i++) {
            long before = receivedPackets;
            long start = System.nanoTime();
            send(probes, i);
            while (receivedPackets == before) {
                if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(2)) {
                    throw new StartException("no answer came through the tunnel");
                }
                Thread.onSpinWait();
            }
            nanos[i] = System.nanoTime() - start;
        }
        java.util.Arrays.sort(nanos);
        return nanos[PROBES / 2];
    }

    private void send(UdpPackets packets, long sequence) {
        loop.execute(() -> {
            tunnel.send(packets.packet(sequence));
            tunnel.flushSent();
        });
    }

    private double up(InetAddress mine, MemoryNetwork network) throws InterruptedException {
        UdpPackets packets = new UdpPackets(mine, TARGET, MemoryNetwork.DISCARD_PORT, PAYLOAD);
        long before = network.delivered(mine).octets();
        Sender sender = new Sender(packets, network, mine);
        long start = System.nanoTime();
        loop.execute(sender);
        TimeUnit.SECONDS.sleep(SECONDS_EACH_WAY);
        sender.stopped = true;
        long octets = network.delivered(mine).octets() - before;
        return octets * 8e9 / (System.nanoTime() - start);
    }

    /** Offered at the rate that went up: what is above what the way down carries is dropped there. */
    private double down(InetAddress mine, MemoryNetwork network, Worker source, double offeredBitsPerSecond)
            throws InterruptedException {
        int packetsPerSecond = (int) Math.max(1000, offeredBitsPerSecond / 8 / PAYLOAD);
        long before = receivedOctets;
        long start = System.nanoTime();
        PacedSource paced =
                network.send(source, TARGET, mine, MemoryNetwork.DISCARD_PORT, PAYLOAD, packetsPerSecond, 0);
        TimeUnit.SECONDS.sleep(SECONDS_EACH_WAY);
        long octets = receivedOctets - before;
        paced.stop();
        return octets * 8e9 / (System.nanoTime() - start);
    }

    @Override
    public void connected(Connected now) {
        connected.complete(now);
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // written on the loop alone
    public void received(ByteBuf packet) {
        receivedOctets += packet.readableBytes();
        receivedPackets++;
        packet.release();
    }

    @Override
    public void closed(String why) {
        connected.completeExceptionally(new StartException("the client was not connected: " + why));
    }

    @Override
    public void close() {
        tunnel.close();
    }

    /** Keeps the way full, in bursts on the loop. */
    private final class Sender implements Runnable {
        private final UdpPackets packets;
        private final MemoryNetwork network;
        private final InetAddress mine;
        private final long deliveredBefore;
        private long sent;
        private long lastProgressAt = System.nanoTime();
        private long lastDelivered;
        volatile boolean stopped;

        Sender(UdpPackets packets, MemoryNetwork network, InetAddress mine) {
            this.packets = packets;
            this.network = network;
            this.mine = mine;
            this.deliveredBefore = network.delivered(mine).packets();
        }

        @Override
        public void run() {
            if (stopped) {
                return;
            }
            if (tunnel.writable() && sent - delivered() < UNDER_WAY) {
                for (int i = 0; i < BURST; i++) {
                    tunnel.send(packets.packet(sent++));
                }
                tunnel.flushSent();
            }
            loop.execute(this);
        }

        /** What was lost on the way counts as delivered once nothing has arrived for a while. */
        private long delivered() {
            long now = network.delivered(mine).packets() - deliveredBefore;
            if (now != lastDelivered) {
                lastDelivered = now;
                lastProgressAt = System.nanoTime();
            } else if (System.nanoTime() - lastProgressAt > TimeUnit.MILLISECONDS.toNanos(50)) {
                sent = now;
            }
            return now;
        }
    }
}
