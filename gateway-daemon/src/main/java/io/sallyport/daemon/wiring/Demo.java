package io.sallyport.daemon.wiring;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.sallyport.core.network.MemoryNetwork;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.tls.JsseTls;
import io.sallyport.core.tls.TlsContext;
import io.sallyport.core.tls.TlsCredentials;
import io.sallyport.core.tls.TlsSettings;
import io.sallyport.core.worker.Worker;
import io.sallyport.core.worker.Workers;
import io.sallyport.daemon.pki.CertificateAuthority;
import io.sallyport.openvpn.client.ClientConfig;
import io.sallyport.openvpn.control.ClientTerms;
import io.sallyport.openvpn.wire.StaticKey;
import io.sallyport.openvpn.wire.WrapKey;
import io.sallyport.sstp.client.SstpClientConfig;
import io.sallyport.sstp.ppp.PppLogin;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLException;

/** A gateway on loopback with an in-memory network, and a client of each protocol. */
public final class Demo {
    private static final String ROW = "%-13s %-18s %12s %-15s %11s %10s %12s%n";
    private static final double MEGA = 1e6;

    private final PrintWriter out;
    private final DemoGateway gateway;
    private final Worker loop;
    private final ExecutorService compute;
    private boolean failed;

    private Demo(PrintWriter out, DemoGateway gateway, Worker loop, ExecutorService compute) {
        this.out = out;
        this.gateway = gateway;
        this.loop = loop;
        this.compute = compute;
    }

    /** Prints the table; the exit status, 1 if any protocol failed. {@code keep}: stays until the process is ended. */
    public static int run(PrintWriter out, boolean keep) throws StartException {
        try (DemoGateway gateway = DemoGateway.start();
                Workers clients = Workers.start(1);
                ExecutorService compute = Executors.newSingleThreadExecutor()) {
            Demo demo = new Demo(out, gateway, clients.get(0), compute);
            demo.table();
            if (keep && !demo.failed) {
                demo.explain();
                var forever = new CountDownLatch(1);
                forever.await();
            }
            return demo.failed ? 1 : 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private void table() throws StartException, InterruptedException {
        out.printf(ROW, "protocol", "cipher", "handshake ms", "address", "round trip", "Mbit/s up", "Mbit/s down");
        out.flush();
        openVpn("openvpn-udp", gateway.udp(), true);
        openVpn("openvpn-tcp", gateway.tcp(), false);
        sstp();
    }

    private void sstp() throws StartException, InterruptedException {
        try (Secret password = gateway.newPassword()) {
            SslContext tls = SslContextBuilder.forClient()
                    .trustManager(gateway.authority().certificate())
                    .build();
            SstpClientConfig config = SstpClientConfig.of(
                    gateway.tcp(), tls, DemoGateway.NAME, new PppLogin.MsChapV2(DemoGateway.USER, password));
            row("sstp", events -> new DemoSstp(config, loop, events));
        } catch (SSLException e) {
            throw new StartException("TLS does not take the demo's certificates: " + e.getMessage());
        }
    }

    private void openVpn(String protocol, InetSocketAddress remote, boolean datagrams)
            throws StartException, InterruptedException {
        try (StaticKey tlsCrypt = new StaticKey(gateway.tlsCrypt());
                Secret password = gateway.newPassword()) {
            ClientConfig config = config(remote, datagrams, tlsCrypt, password);
            row(protocol, events -> new DemoOpenVpn(config, loop, compute, events));
        }
    }

    private void row(String protocol, DemoTunnel.Opening opening) throws InterruptedException {
        try (DemoClient client = new DemoClient(opening, loop)) {
            DemoClient.Measured measured =
                    client.measure(network(), gateway.daemon().worker());
            InetAddress address = measured.connected().ipv4();
            out.printf(
                    Locale.ROOT,
                    ROW,
                    protocol,
                    measured.connected().cipher(),
                    String.format(Locale.ROOT, "%.1f", measured.connected().handshakeNanos() / MEGA),
                    address == null ? "-" : address.getHostAddress(),
                    String.format(Locale.ROOT, "%.3f ms", measured.roundTripNanos() / MEGA),
                    String.format(Locale.ROOT, "%.0f", measured.upBitsPerSecond() / MEGA),
                    String.format(Locale.ROOT, "%.0f", measured.downBitsPerSecond() / MEGA));
        } catch (StartException e) {
            failed = true;
            out.printf("%-13s failed: %s%n", protocol, e.getMessage());
        }
        out.flush();
    }

    private ClientConfig config(InetSocketAddress remote, boolean datagrams, StaticKey tlsCrypt, Secret password)
            throws StartException {
        ClientTerms terms = ClientTerms.standard(DemoGateway.USER, password, datagrams);
        return new ClientConfig(
                remote,
                tls(),
                new WrapKey.ForTlsCrypt(tlsCrypt),
                terms,
                gateway.daemon().packetCiphers());
    }

    private TlsContext tls() throws StartException {
        CertificateAuthority authority = gateway.authority();
        TlsCredentials credentials = new TlsCredentials(
                CertificateAuthority.chain(gateway.client()), gateway.client().key());
        try {
            return JsseTls.client(new TlsSettings(
                    TlsSettings.Versions.TLS_1_2_OR_1_3,
                    credentials,
                    List.of(authority.certificate()),
                    false,
                    DemoGateway.NAME));
        } catch (GeneralSecurityException e) {
            throw new StartException("TLS does not take the demo's certificates: " + e.getMessage());
        }
    }

    private MemoryNetwork network() {
        if (gateway.daemon().network() instanceof MemoryNetwork memory) {
            return memory;
        }
        throw new IllegalStateException("the demo's network is not in memory");
    }

    private void explain() throws StartException {
        out.printf("%nThe gateway goes on until Ctrl-C. To connect, as root in another terminal:%n");
        out.printf("  openvpn --config %s%n", gateway.writeProfile());
        out.printf("or%n  %s%n", gateway.sstpCommand());
        out.printf("  ip route add 10.20.0.0/16 dev ppp0%n");
        out.printf("Everything in 10.20.0.0/16 answers to ping. To look at it:%n");
        out.printf("  ./sallyport sessions list -c %s%n", gateway.configFile());
        out.flush();
    }
}
