package io.sallyport.openvpn.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** A slow, narrow road for one TCP connection: small buffers, octets in pieces of any size, and it can be blocked toward the client. */
final class TcpRelay implements AutoCloseable {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final int BUFFER = 256 * 1024;
    /** Columns of /proc/net/tcp. */
    private static final int LOCAL = 1;

    private static final int REMOTE = 2;
    private static final int INODE = 9;

    private final ServerSocket listening = new ServerSocket();
    private final CompletableFuture<Socket> client = new CompletableFuture<>();
    private final Socket gateway = new Socket();
    private final Object lock = new Object();
    private boolean blocked;

    TcpRelay(InetSocketAddress to) throws IOException {
        listening.setReceiveBufferSize(BUFFER);
        listening.bind(new InetSocketAddress(LOOPBACK, 0));
        gateway.setReceiveBufferSize(BUFFER);
        gateway.setSendBufferSize(BUFFER);
        gateway.setTcpNoDelay(true);
        Thread.ofPlatform().daemon().start(() -> run(to));
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listening.getLocalSocketAddress();
    }

    private void run(InetSocketAddress to) {
        try {
            Socket from = listening.accept();
            from.setSendBufferSize(BUFFER);
            from.setTcpNoDelay(true);
            gateway.connect(to);
            client.complete(from);
            Thread.ofPlatform().daemon().start(() -> pump(gateway, from, 1));
            pump(from, gateway, 2);
        } catch (IOException e) {
            client.completeExceptionally(e);
        }
    }

    private void pump(Socket from, Socket to, int seed) {
        Random random = new Random(seed);
        byte[] octets = new byte[4096];
        try (to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            while (true) {
                if (seed == 1) {
                    pass();
                }
                int length =
                        in.read(octets, 0, random.nextInt(8) == 0 ? 1 + random.nextInt(3) : 1 + random.nextInt(4096));
                if (length < 0) {
                    return;
                }
                out.write(octets, 0, length);
            }
        } catch (IOException e) {
            // One end closed: so does the other.
        }
    }

    private void pass() {
        synchronized (lock) {
            while (blocked) {
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    /** Whether octets still reach the client. */
    void block(boolean yes) {
        synchronized (lock) {
            blocked = yes;
            lock.notifyAll();
        }
    }

    /**
     * Whether the gateway's process still has the socket of this connection, by the kernel's table: one that was closed before the peer took everything stays there with no owner, inode 0.
     */
    boolean gatewayHoldsSocket() throws IOException {
        String there = ":%04X".formatted(gateway.getPort());
        String here = ":%04X".formatted(gateway.getLocalPort());
        List<String> sockets = new ArrayList<>(Files.readAllLines(Path.of("/proc/net/tcp")));
        Path six = Path.of("/proc/net/tcp6");
        if (Files.exists(six)) {
            sockets.addAll(Files.readAllLines(six));
        }
        return sockets.stream()
                .map(line -> line.strip().split(" +"))
                .anyMatch(f -> f[LOCAL].endsWith(there) && f[REMOTE].endsWith(here) && !f[INODE].equals("0"));
    }

    @Override
    public void close() throws IOException {
        block(false);
        listening.close();
        gateway.close();
        if (client.isDone() && !client.isCompletedExceptionally()) {
            client.join().close();
        }
    }
}
