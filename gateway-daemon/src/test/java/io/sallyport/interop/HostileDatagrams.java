package io.sallyport.interop;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A man in the middle of one client's path: relays between UDP 11940 here and the gateway, keeps what passes, and on a
 * line of input sends the gateway random datagrams and mutations of what was kept, half of them from the very address and
 * port that the client is known by, while it goes on relaying. {@code HostileDatagrams GATEWAY PORT COUNT PER_SECOND SEED}
 */
final class HostileDatagrams {
    private static final int RELAY_PORT = 11_940;
    /** Where a client finds the relay. */
    static final String REMOTE = "remote 127.0.0.1 " + RELAY_PORT + " udp";

    private static final int PER_SECOND = 40_000;
    private static final long SEED = 20_251_122;
    private static final int KEPT = 400;
    private static final int LARGEST = 1500;
    private static final int STRANGERS = 8;

    private final List<byte[]> kept = new ArrayList<>();
    private final Random random;
    private final InetSocketAddress gateway;
    private final DatagramChannel upstream = DatagramChannel.open();
    private final DatagramChannel client = DatagramChannel.open();
    private volatile @Nullable SocketAddress clientAddress;

    private HostileDatagrams(InetSocketAddress gateway, long seed) throws IOException {
        this.gateway = gateway;
        this.random = new Random(seed);
        upstream.bind(null);
        client.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), RELAY_PORT));
    }

    /** Starts in {@code where}; round 1 sends a tenth of {@code count}, the others all. */
    static Running start(Lab lab, Namespace where, int count) {
        Running middle = new Running(
                lab,
                "hostile-datagrams",
                where.command(JavaProgram.command(
                        List.of("-Xmx128m"),
                        HostileDatagrams.class.getName(),
                        Lab.GATEWAY,
                        "1194",
                        Integer.toString(count),
                        Integer.toString(PER_SECOND),
                        Long.toString(SEED))));
        middle.awaitLog("relaying", Duration.ofSeconds(20));
        return middle;
    }

    /** Begins a round and does not wait. */
    @SuppressWarnings("resource") // closing the stream would end the process before its rounds
    static void begin(Running middle) throws IOException {
        OutputStream in = middle.process().getOutputStream();
        in.write('\n');
        in.flush();
    }

    /** Waits for the end of a round: how many datagrams were sent. */
    static int end(Running middle, int round) {
        return Integer.parseInt(middle.awaitLog("sent (\\d+) in round " + round, Duration.ofMinutes(4))
                .group(1));
    }

    static int attack(Running middle, int round) throws IOException {
        begin(middle);
        return end(middle, round);
    }

    public static void main(String[] args) throws IOException {
        HostileDatagrams middle = new HostileDatagrams(
                new InetSocketAddress(args[0], Integer.parseInt(args[1])), Long.parseLong(args[4]));
        Thread.ofPlatform().daemon().start(middle::relay);
        System.out.println("relaying");
        int count = Integer.parseInt(args[2]);
        for (int round = 1; System.in.read() >= 0; round++) {
            System.out.println("sent " + middle.send(round == 1 ? count / 10 : count, Integer.parseInt(args[3]))
                    + " in round " + round);
        }
    }

    private void relay() {
        try (Selector selector = Selector.open()) {
            upstream.configureBlocking(false).register(selector, SelectionKey.OP_READ);
            client.configureBlocking(false).register(selector, SelectionKey.OP_READ);
            ByteBuffer buffer = ByteBuffer.allocateDirect(LARGEST + 600);
            while (true) {
                selector.select();
                selector.selectedKeys().clear();
                pass(buffer);
            }
        } catch (IOException e) {
            System.out.println("the relay ended: " + e);
        }
    }

    private void pass(ByteBuffer buffer) throws IOException {
        for (SocketAddress from = client.receive(buffer.clear()); from != null; from = client.receive(buffer.clear())) {
            clientAddress = from;
            keep(buffer.flip());
            upstream.send(buffer, gateway);
        }
        SocketAddress to = clientAddress;
        while (upstream.receive(buffer.clear()) != null) {
            keep(buffer.flip());
            if (to != null) {
                client.send(buffer, to);
            }
        }
    }

    private void keep(ByteBuffer buffer) {
        byte[] octets = new byte[buffer.remaining()];
        buffer.get(buffer.position(), octets);
        synchronized (kept) {
            if (kept.size() < KEPT) {
                kept.add(octets);
            }
        }
    }

    private int send(int count, int perSecond) throws IOException {
        List<byte[]> seeds;
        synchronized (kept) {
            seeds = List.copyOf(kept);
        }
        List<DatagramChannel> sources = new ArrayList<>();
        for (int i = 0; i < STRANGERS; i++) {
            sources.add(DatagramChannel.open().bind(null));
        }
        long begin = System.nanoTime();
        int sent = 0;
        for (int i = 0; i < count; i++) {
            DatagramChannel source = i % 2 == 0 ? upstream : sources.get(i / 2 % STRANGERS);
            sent += source.send(ByteBuffer.wrap(next(seeds)), gateway) > 0 ? 1 : 0;
            long due = begin + TimeUnit.SECONDS.toNanos(1) * i / perSecond;
            if (i % 64 == 0 && due > System.nanoTime()) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
        }
        for (DatagramChannel source : sources) {
            source.close();
        }
        return sent;
    }

    private byte[] next(List<byte[]> seeds) {
        if (seeds.isEmpty() || random.nextInt(5) == 0) {
            byte[] noise = new byte[1 + random.nextInt(random.nextInt(4) == 0 ? LARGEST : 80)];
            random.nextBytes(noise);
            return noise;
        }
        byte[] octets = seeds.get(random.nextInt(seeds.size())).clone();
        switch (random.nextInt(7)) {
            case 0 -> octets[random.nextInt(octets.length)] ^= (byte) (1 << random.nextInt(8));
            case 1 -> octets[random.nextInt(Math.min(octets.length, 64))] = (byte) random.nextInt();
            case 2 -> octets = java.util.Arrays.copyOf(octets, 1 + random.nextInt(octets.length));
            case 3 ->
                octets = java.util.Arrays.copyOf(octets, Math.min(LARGEST, octets.length + 1 + random.nextInt(200)));
            case 4 -> octets[0] = (byte) random.nextInt();
            case 5 -> random.nextBytes(octets);
            default -> {
                // a replay, octet for octet
            }
        }
        return octets;
    }
}
