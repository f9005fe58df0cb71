package io.sallyport.core.port443;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sallyport.core.tls.TlsCredentials;
import io.sallyport.core.worker.Compute;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import io.sallyport.core.worker.Workers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** A TCP port with TLS in front of an echo, and the JDK's client for it. */
@SuppressWarnings("AddressSelection") // literals alone, which no name service sees
final class TlsSite implements AutoCloseable {
    final Workers workers = Workers.start(2);
    final Compute compute = new Compute(1);
    final List<ShownCertificate> shown = new CopyOnWriteArrayList<>();
    final AtomicInteger ended = new AtomicInteger();
    /** Certificates that clients verified, which they do in a full handshake alone. */
    final AtomicInteger verified = new AtomicInteger();

    final TlsTermination tls;
    final Port443 port;
    private final SSLContext client;
    private final List<Socket> sockets = new ArrayList<>();

    TlsSite(TlsTermination.Provider provider, TlsCredentials credentials, TlsLimits limits) throws Exception {
        this(provider, credentials, limits, null);
    }

    /** @param application null for an echo */
    TlsSite(
            TlsTermination.Provider provider,
            TlsCredentials credentials,
            TlsLimits limits,
            @Nullable TlsApplication application)
            throws Exception {
        tls = TlsTermination.of(credentials, provider, limits, compute, application == null ? this::echo : application);
        port = Port443.bind(
                workers.all(), List.of(new InetSocketAddress("127.0.0.1", 0)), List.of(tls), PortLimits.DEFAULT);
        client = SSLContext.getInstance("TLS");
        client.init(null, new TrustManager[] {new CountingTrust()}, new SecureRandom());
    }

    private void echo(Channel channel, Worker worker, ShownCertificate certificate) {
        assertThat(worker.inWorker()).isTrue();
        shown.add(certificate);
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object octets) {
                var _ = ctx.write(octets);
            }

            @Override
            public void channelReadComplete(ChannelHandlerContext ctx) {
                ctx.flush();
            }

            @Override
            public void channelInactive(ChannelHandlerContext ctx) {
                ended.incrementAndGet();
            }
        });
    }

    Socket connect() throws IOException {
        return connectFrom("127.0.0.1");
    }

    Socket connectFrom(String source) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(source, 0));
        return connect(socket);
    }

    /** Without room for more than a few records: what the kernel may grow its buffers to would swallow megabytes. */
    Socket connectWithoutRoom() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(64 * 1024);
        return connect(socket);
    }

    private Socket connect(Socket socket) throws IOException {
        sockets.add(socket);
        socket.connect(port.addresses().getFirst(), 5000);
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        return socket;
    }

    SSLSocket connectTls(String version) throws IOException {
        return over(connect(), version);
    }

    SSLSocket over(Socket plain, String version) throws IOException {
        SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket(plain, "vpn.example.test", 443, true);
        sockets.add(socket);
        socket.setEnabledProtocols(new String[] {version});
        socket.startHandshake();
        return socket;
    }

    long count(Verdict verdict) {
        return workers.all().stream().mapToLong(w -> w.verdicts().get(verdict)).sum();
    }

    long countAll() {
        long sum = 0;
        for (Verdict verdict : Verdict.values()) {
            sum += count(verdict);
        }
        return sum;
    }

    int connections() {
        return port.connections(0) + port.connections(1);
    }

    /** Whatever the workers were doing when this was called is done. */
    void settle() throws Exception {
        for (Worker worker : workers.all()) {
            worker.eventLoop().submit(() -> {}).get();
        }
    }

    static byte[] exchange(Socket socket, byte[] octets) throws IOException {
        socket.getOutputStream().write(octets);
        return socket.getInputStream().readNBytes(octets.length);
    }

    /** Reads what is left, an alert perhaps, until the end of stream or a reset. */
    static byte[] readToEnd(Socket socket) {
        var read = new java.io.ByteArrayOutputStream();
        try {
            for (int octet = socket.getInputStream().read();
                    octet >= 0;
                    octet = socket.getInputStream().read()) {
                read.write(octet);
            }
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("still open", e);
        } catch (IOException e) {
            // reset
        }
        return read.toByteArray();
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : sockets.reversed()) {
            socket.close();
        }
        port.close();
        TlsIdentity last = tls.identity();
        tls.close();
        await().untilAsserted(() -> assertThat(connections()).isZero());
        // what is not counted has -1
        await().untilAsserted(() -> assertThat(last == null ? 0 : Math.max(0, last.references()))
                .as("references to BoringSSL's context")
                .isZero());
        workers.close();
        compute.close();
    }

    private final class CountingTrust extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
            verified.incrementAndGet();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            verified.incrementAndGet();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            verified.incrementAndGet();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
