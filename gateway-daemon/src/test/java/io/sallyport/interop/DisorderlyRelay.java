package io.sallyport.interop;

import io.sallyport.core.octets.Octets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A path that reorders: relays between UDP 11940 here and the gateway, and both ways delays every n-th datagram and sends
 * every m-th twice. {@code DisorderlyRelay GATEWAY PORT DELAY_EVERY DELAY_MICROS DOUBLE_EVERY}, 0 for never.
 */
final class DisorderlyRelay {
    private static final int RELAY_PORT = 11_940;
    /** Where a client finds the relay. */
    static final String REMOTE = "remote 127.0.0.1 " + RELAY_PORT + " udp";

    private static final int TOLD_EVERY = 100;
    private static final int LARGEST = 2048;

    private record Late(Octets octets, boolean up, long number, long due) {}

    private final InetSocketAddress gateway;
    private final int delayEvery;
    private final long delayNanos;
    private final int doubleEvery;
    private final DatagramChannel upstream = DatagramChannel.open();
    private final DatagramChannel client = DatagramChannel.open();
    private final Queue<Late> late = new ArrayDeque<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(LARGEST);
    private @Nullable SocketAddress clientAddress;
    private long relayed;
    private long overtaken;

    private DisorderlyRelay(InetSocketAddress gateway, int delayEvery, long delayNanos, int doubleEvery)
            throws IOException {
        this.gateway = gateway;
        this.delayEvery = delayEvery;
        this.delayNanos = delayNanos;
        this.doubleEvery = doubleEvery;
        upstream.bind(null).configureBlocking(false);
        client.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), RELAY_PORT))
                .configureBlocking(false);
    }

    static Running start(Lab lab, Namespace where, int delayEvery, int delayMicros, int doubleEvery) {
        Running relay = new Running(
                lab,
                "disorderly-relay",
                where.command(JavaProgram.command(
                        List.of("-Xmx64m"),
                        DisorderlyRelay.class.getName(),
                        Lab.GATEWAY,
                        "1194",
                        Integer.toString(delayEvery),
                        Integer.toString(delayMicros),
                        Integer.toString(doubleEvery))));
        relay.awaitLog("relaying", Duration.ofSeconds(20));
        return relay;
    }

    /** Waits until so many, a multiple of 100, have arrived after what was sent after them. */
    static void awaitOvertaken(Running relay, int count) {
        relay.awaitLog("overtaken " + count + "$", Duration.ofSeconds(20));
    }

    public static void main(String[] args) throws IOException {
        DisorderlyRelay relay = new DisorderlyRelay(
                new InetSocketAddress(args[0], Integer.parseInt(args[1])),
                Integer.parseInt(args[2]),
                TimeUnit.MICROSECONDS.toNanos(Long.parseLong(args[3])),
                Integer.parseInt(args[4]));
        System.out.println("relaying");
        relay.run();
    }

    private void run() throws IOException {
        try (Selector selector = Selector.open()) {
            upstream.register(selector, SelectionKey.OP_READ);
            client.register(selector, SelectionKey.OP_READ);
            while (true) {
                Late next = late.peek();
                if (next == null) {
                    selector.select();
                } else {
                    // A millisecond at least: what is due sooner goes with what comes.
                    selector.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(next.due() - System.nanoTime())));
                }
                selector.selectedKeys().clear();
                pass();
            }
        }
    }

    private void pass() throws IOException {
        for (SocketAddress from = client.receive(buffer.clear()); from != null; from = client.receive(buffer.clear())) {
            clientAddress = from;
            relay(true);
        }
        while (upstream.receive(buffer.clear()) != null) {
            relay(false);
        }
        sendLate();
    }

    private void relay(boolean up) throws IOException {
        relayed++;
        buffer.flip();
        if (delayEvery > 0 && relayed % delayEvery == 0) {
            byte[] octets = new byte[buffer.remaining()];
            buffer.get(octets);
            late.add(new Late(Octets.of(octets), up, relayed, System.nanoTime() + delayNanos));
            return;
        }
        send(up);
        if (doubleEvery > 0 && relayed % doubleEvery == 0) {
            buffer.rewind();
            send(up);
        }
        sendLate();
    }

    private void send(boolean up) throws IOException {
        SocketAddress to = up ? gateway : clientAddress;
        if (to != null) {
            (up ? upstream : client).send(buffer, to);
        }
    }

    private void sendLate() throws IOException {
        for (Late next = late.peek(); next != null && next.due() - System.nanoTime() <= 0; next = late.peek()) {
            late.remove();
            if (relayed > next.number() && ++overtaken % TOLD_EVERY == 0) {
                System.out.println("overtaken " + overtaken);
            }
            buffer.clear().put(next.octets().toByteArray()).flip();
            send(next.up());
        }
    }
}
