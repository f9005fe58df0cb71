package io.sallyport.core.udp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.worker.Worker;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What the tests of the UDP edges share. */
final class UdpTestSupport {
    private UdpTestSupport() {}

    /** Sends every datagram back. */
    static final class Echo implements DatagramReceiver {
        private final java.util.Set<DatagramEdge> edges = new java.util.HashSet<>();

        @Override
        public void accept(DatagramEdge edge, UdpPath path, ByteBuf datagram) {
            edge.accept(datagram, path);
            edges.add(edge);
        }

        @Override
        public void flush() {
            edges.forEach(DatagramEdge::flush);
        }
    }

    static InetSocketAddress any(String address) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), 0);
    }

    static void onWorker(Worker worker, Runnable task) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        worker.execute(() -> {
            try {
                task.run();
                done.complete(null);
            } catch (RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        });
        done.get(10, TimeUnit.SECONDS);
    }

    static DatagramSocket client(String address) throws Exception {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.ofLiteral(address));
        socket.setSoTimeout(5000);
        return socket;
    }

    /** Sends the text and returns what comes back, which must come from where the text went. Unconnected: the JDK does not send an empty datagram on a connected socket. */
    static String ask(DatagramSocket client, String text, InetSocketAddress server) throws Exception {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        client.send(new DatagramPacket(octets, octets.length, server));
        DatagramPacket answer = new DatagramPacket(new byte[65535], 65535);
        client.receive(answer);
        assertThat(answer.getSocketAddress()).isEqualTo(server);
        return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8);
    }
}
