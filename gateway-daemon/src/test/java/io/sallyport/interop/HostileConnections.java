package io.sallyport.interop;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Opens COUNT bad TCP connections, at most 200 at a time: {@code HostileConnections ADDRESS PORT COUNT SEED}. */
final class HostileConnections {
    private static final int AT_A_TIME = 200;
    private static final int PATIENCE_MILLIS = 2000;
    private static final int SLOW_OCTETS = 20;
    private static final HexFormat HEX = HexFormat.of();
    /** A hard reset with an honest length, a session id and nothing acknowledged. */
    private static final byte[] RESET = HEX.parseHex("000e380102030405060708" + "00" + "00000000");
    /** A record that promises 16 KiB, whose ClientHello promises 16 MiB. */
    private static final byte[] HUGE_HELLO = HEX.parseHex("1603014000" + "01ffffff" + "0303");

    private final InetSocketAddress gateway;
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger endedByGateway = new AtomicInteger();

    private HostileConnections(InetSocketAddress gateway) {
        this.gateway = gateway;
    }

    static Running start(Lab lab, Namespace where, int count) {
        return new Running(
                lab,
                "hostile-connections",
                where.command(JavaProgram.command(
                        List.of("-Xmx256m"),
                        HostileConnections.class.getName(),
                        Lab.GATEWAY,
                        "443",
                        Integer.toString(count),
                        "20251122")));
    }

    /** Waits for the end: how many connections were accepted. */
    static int opened(Running attack) {
        return Integer.parseInt(
                attack.awaitLog("opened (\\d+)", Duration.ofMinutes(4)).group(1));
    }

    public static void main(String[] args) throws InterruptedException {
        HostileConnections hostile = new HostileConnections(new InetSocketAddress(args[0], Integer.parseInt(args[1])));
        int count = Integer.parseInt(args[2]);
        long seed = Long.parseLong(args[3]);
        Semaphore places = new Semaphore(AT_A_TIME);
        try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < count; i++) {
                places.acquire();
                Random random = new Random(seed + i);
                int kind = i % 10;
                each.execute(() -> {
                    try {
                        hostile.connect(kind, random);
                    } finally {
                        places.release();
                    }
                });
            }
        }
        System.out.println("opened " + hostile.opened.get() + ", ended by the gateway " + hostile.endedByGateway.get());
    }

    private void connect(int kind, Random random) {
        try (Socket socket = new Socket()) {
            socket.connect(gateway, 10_000);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            opened.incrementAndGet();
            abuse(socket, kind, random);
            drain(socket.getInputStream());
            endedByGateway.incrementAndGet();
        } catch (IOException e) {
            // refused, reset or out of patience: all of them are fine for the attacker
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void abuse(Socket socket, int kind, Random random) throws IOException, InterruptedException {
        OutputStream out = socket.getOutputStream();
        switch (kind) {
            case 0 -> slowly(out, RESET);
            case 1 -> slowly(out, HUGE_HELLO);
            case 2 -> out.write(HEX.parseHex("0000"));
            case 3 -> out.write(HEX.parseHex("ffff38"));
            case 4 -> {
                out.write(RESET);
                socket.shutdownOutput();
            }
            case 5 -> {
                out.write(RESET);
                out.write(HEX.parseHex("ffff"));
                out.write(noise(random, 60_000));
            }
            case 6 -> {
                out.write(HUGE_HELLO);
                out.write(noise(random, 8000));
            }
            case 7 -> out.write(noise(random, 1 + random.nextInt(3000)));
            case 8 -> out.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            default -> {
                out.write(RESET);
                out.write(RESET);
                out.write(HEX.parseHex("0000" + "0001" + "20"));
            }
        }
    }

    private static void slowly(OutputStream out, byte[] octets) throws IOException, InterruptedException {
        for (int i = 0; i < Math.min(octets.length, SLOW_OCTETS); i++) {
            out.write(octets[i]);
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    private static byte[] noise(Random random, int octets) {
        byte[] noise = new byte[octets];
        random.nextBytes(noise);
        return noise;
    }

    private static void drain(InputStream in) throws IOException {
        byte[] sink = new byte[4096];
        while (in.read(sink) >= 0) {
            // until the gateway ends it
        }
    }
}
