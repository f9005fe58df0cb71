package io.sallyport.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.sallyport.core.network.NetworkQueue;
import io.sallyport.core.network.NetworkReceiver;
import io.sallyport.core.network.VirtioNetHeader;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.tun.TunDevice;
import io.sallyport.core.worker.Workers;
import io.sallyport.sstp.client.SstpClient;
import io.sallyport.sstp.client.SstpClientConfig;
import io.sallyport.sstp.client.SstpClientEvents;
import io.sallyport.sstp.ppp.PppLogin;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The synthetic SSTP client with a TUN device, in the network namespace it is started in: sets the device up, prints one line that begins with "up" when packets may flow, and runs until SIGTERM
 * or until the connection ends. TLS is the JDK's, which can be held to one cipher suite; BoringSSL offers all of TLS 1.3.
 */
public final class SstpTunnel implements SstpClientEvents {
    private static final String USAGE =
            "arguments: NAME ADDRESS:PORT CA-FILE USER PASSWORD-FILE TLS-1.3-SUITE DEVICE [ROUTE...]";
    private static final int FIXED_ARGUMENTS = 7;
    private static final int MTU = 1400;
    private static final long CONNECT_SECONDS = 30;
    private static final long GOODBYE_SECONDS = 3;

    private final CompletableFuture<Connected> connected = new CompletableFuture<>();
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private final NetworkQueue device;
    private volatile @Nullable SstpClient client;

    private SstpTunnel(SstpClientConfig config, TunDevice tun, Workers workers) {
        var worker = workers.get(0);
        device = tun.attach(worker, new FromDevice());
        client = SstpClient.connect(config, worker.eventLoop(), this);
    }

    /** Arguments: see {@link #USAGE}. Ends with 1 when the connection ends by itself. */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length < FIXED_ARGUMENTS) {
            System.err.println(USAGE);
            System.exit(2);
        }
        try (Secret password = password(Path.of(args[4]))) {
            SslContext tls = SslContextBuilder.forClient()
                    .sslProvider(SslProvider.JDK)
                    .trustManager(Path.of(args[2]).toFile())
                    .protocols("TLSv1.3")
                    .ciphers(List.of(args[5]))
                    .build();
            var config = SstpClientConfig.of(address(args[1]), tls, args[0], new PppLogin.MsChapV2(args[3], password));
            TunDevice tun = TunDevice.open(args[6], MTU, 1, () -> System.err.println("the device is gone"));
            SstpTunnel tunnel = new SstpTunnel(config, tun, Workers.start(1));
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(tunnel::leave));
            String why = tunnel.run(args[6], List.of(args).subList(FIXED_ARGUMENTS, args.length));
            System.err.println("ended: " + why);
        } finally {
            // the workers are no daemons
            System.exit(1);
        }
    }

    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        return new InetSocketAddress(
                InetAddress.ofLiteral(text.substring(0, colon)), Integer.parseInt(text.substring(colon + 1)));
    }

    /** The first line. */
    private static Secret password(Path file) throws IOException {
        return Secret.ofChars(Files.readAllLines(file).getFirst().toCharArray());
    }

    /** Until it ends; says why. */
    private String run(String name, List<String> routes) throws IOException, InterruptedException {
        try {
            Connected now = connected.get(CONNECT_SECONDS, TimeUnit.SECONDS);
            Inet4Address own = now.ipv4();
            if (own == null) {
                return "no IPv4 address";
            }
            ip("addr", "add", own.getHostAddress() + "/32", "dev", name);
            ip("link", "set", name, "mtu", String.valueOf(MTU), "up");
            for (String route : routes) {
                ip("route", "add", route, "dev", name);
            }
            System.out.println("up " + own.getHostAddress() + " " + now.cipher());
            return ended.get();
        } catch (TimeoutException e) {
            return "no connection within " + CONNECT_SECONDS + " s";
        } catch (ExecutionException e) {
            return String.valueOf(e.getCause());
        }
    }

    private static void ip(String... arguments) throws IOException, InterruptedException {
        String[] command = new String[arguments.length + 1];
        command[0] = "ip";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
            throw new IOException(String.join(" ", Arrays.asList(command)) + " failed");
        }
    }

    /** SIGTERM: says goodbye. The process takes the device with it. */
    private void leave() {
        SstpClient to = client;
        if (to != null && !ended.isDone()) {
            to.close();
            var _ = ended.completeOnTimeout("", GOODBYE_SECONDS, TimeUnit.SECONDS)
                    .join();
        }
    }

    @Override
    public void connected(Connected now) {
        connected.complete(now);
    }

    @Override
    public void closed(String detail, int errorCode) {
        IOException why = new IOException(errorCode == 0 ? detail : detail + ", error " + errorCode);
        connected.completeExceptionally(why);
        ended.complete(String.valueOf(why.getMessage()));
    }

    @Override
    public void accept(ByteBuf packet) {
        device.accept(packet);
    }

    @Override
    public void flush() {
        device.flush();
    }

    /** Packets for the tunnel; what the socket does not take is dropped, as a device's queue does. */
    private final class FromDevice implements NetworkReceiver {
        @Override
        public void accept(ByteBuf frame) {
            int at = frame.readerIndex();
            // no offload is asked for, so none of these comes
            boolean whole = VirtioNetHeader.gsoType(frame, at) == VirtioNetHeader.GSO_NONE
                    && (VirtioNetHeader.flags(frame, at) & VirtioNetHeader.FLAG_NEEDS_CSUM) == 0;
            SstpClient to = client;
            if (!whole || to == null || !to.writable()) {
                frame.release();
                return;
            }
            to.accept(frame.skipBytes(VirtioNetHeader.OCTETS));
        }

        @Override
        public void flush() {
            SstpClient to = client;
            if (to != null) {
                to.flush();
            }
        }
    }
}
