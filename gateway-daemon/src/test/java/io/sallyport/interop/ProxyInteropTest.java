package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A real proxy before the gateway: it passes TLS on or ends it, and tells in PROXY headers who the clients are. */
@Interop(processesStay = true)
class ProxyInteropTest {
    private static final Duration AT_ONCE = Duration.ofSeconds(20);
    private static final String PASSWORD = "only for this test";
    /** The request of MS-SSTP 2.2.3, with an accepted answer when it comes to the right place. */
    private static final String SSTP_REQUEST =
            "SSTP_DUPLEX_POST /sra_{BA195980-CD49-458b-9E23-C84EE0ADCD75}/ HTTP/1.1\\r\\nHost: " + Lab.GATEWAY_NAME
                    + "\\r\\nSSTPCORRELATIONID: {3F2504E0-4F89-11D3-9A0C-0305E82C3301}"
                    + "\\r\\nContent-Length: 18446744073709551615\\r\\n\\r\\n";

    private static final String PROXY_HEADER = "PROXY TCP4 192.0.2.7 " + Lab.GATEWAY + " 4711 443\\r\\n";
    private static final int OPENVPN = 2;

    private static Lab lab;
    private static Gateway gateway;
    private static Running running;
    private static UserModeLinux machine;
    private static Credentials shown;
    private static Path proxyAuthority;

    @BeforeAll
    static void open(Lab opened) {
        lab = opened;
        gateway = Gateway.init(lab);
        gateway.addUser("bob", PASSWORD);
        gateway.issue("alice");
        TestAuthority authority = new TestAuthority("before the gateway");
        proxyAuthority = lab.write("proxy-ca.crt", authority.certificate());
        shown = authority.server(Lab.GATEWAY_NAME);
        gateway.configuration()
                .set("/listen/tls-terminated", List.of(Lab.GATEWAY + ":" + HaProxy.TERMINATED))
                .set("/listen/proxy-protocol", List.of(HaProxy.ADDRESS + "/32"))
                .set("/protocols/sstp/terminator-certificates", List.of(shown.thumbprint()))
                .save();
        running = gateway.run();
        HaProxy.run(lab, shown);
        machine = UserModeLinux.boot(lab, 1);
        machine.resolveGatewayName(HaProxy.ADDRESS);
    }

    @AfterEach
    void nobodyIsLeft() {
        gateway.awaitNoSession();
    }

    @Test
    void sstpWhoseTlsTheProxyEndsIsBoundToTheProxysCertificate() {
        try (SstpClient client = whereTlsEnds()) {
            hasATunnelAsItself(client);
        }
    }

    @Test
    void sstpThatTheProxyPassesOnIsBoundToTheGatewaysCertificate() {
        List<Integer> ports =
                InteropMode.pick(List.of(HaProxy.PASSES_V2), List.of(HaProxy.PASSES_V2, HaProxy.PASSES_V1));
        for (int port : ports) {
            try (SstpClient client = SstpClient.startTrusting(
                    gateway.authority(), Lab.GATEWAY_NAME + ":" + port, gateway, machine, "bob", PASSWORD)) {
                hasATunnelAsItself(client);
            }
            gateway.awaitNoSession();
        }
    }

    @Test
    void openVpnThatTheProxyPassesOnIsKnownByItsOwnAddress() {
        openVpn(HaProxy.ADDRESS + " " + HaProxy.PASSES_V2 + " tcp4-client", Lab.clientAddress(OPENVPN));
        openVpn(HaProxy.ADDRESS + " " + HaProxy.PASSES_V1 + " tcp4-client", Lab.clientAddress(OPENVPN));
    }

    /** The proxy speaks IPv4 to the gateway for a client of IPv6. */
    @Test
    void openVpnOverIpv6IsKnownByItsOwnAddressThoughTheProxyComesOverIpv4() {
        String outerAddress =
                "[" + InetAddress.ofLiteral(Lab.clientAddress6(OPENVPN)).getHostAddress() + "]";
        openVpn(HaProxy.ADDRESS_6 + " " + HaProxy.PASSES_V2 + " tcp6-client", outerAddress);
        openVpn(HaProxy.ADDRESS_6 + " " + HaProxy.PASSES_V1 + " tcp6-client", outerAddress);
    }

    @Test
    void aProxyHeaderOfAnybodyElseIsRefusedThoughTheProxysOwnIsNot() {
        String request = PROXY_HEADER + SSTP_REQUEST;
        assertThat(firstLine(HaProxy.where(lab), HaProxy.TERMINATED, request)).startsWith("HTTP/1.1 200");
        // Where HTTP is expected it is a request that is none.
        assertThat(firstLine(lab.client(OPENVPN), HaProxy.TERMINATED, request)).isEqualTo("HTTP/1.1 400 Bad Request");
        long before = Drops.of(lab, "not_this_protocol");
        assertThat(firstLine(lab.client(OPENVPN), 443, request)).isEqualTo("closed");
        Drops.await(lab, "not_this_protocol", before + 1);
        assertThat(gateway.sessions().entries()).isEmpty();
    }

    @Test
    void whatComesFromTheProxyWithoutAHeaderIsRefused() {
        long before = Drops.of(lab, "malformed");
        assertThat(firstLine(HaProxy.where(lab), HaProxy.TERMINATED, SSTP_REQUEST))
                .isEqualTo("closed");
        assertThat(firstLine(HaProxy.where(lab), 443, SSTP_REQUEST)).isEqualTo("closed");
        Drops.await(lab, "malformed", before + 2);
    }

    @Test
    void aWrongThumbprintFailsTheBindingUntilAReloadWithTheRightOne() {
        long before = Drops.of(lab, "binding_mismatch");
        expectOfTheTerminator(new TestAuthority("another").server(Lab.GATEWAY_NAME));
        try (SstpClient client = whereTlsEnds()) {
            client.awaitCall();
            Drops.await(lab, "binding_mismatch", before + 1);
            client.awaitExit(AT_ONCE);
            assertThat(gateway.sessions().entries()).isEmpty();
            // Who reads this knows what to write into the configuration.
            running.awaitLog("session closed.*" + shown.thumbprint(), AT_ONCE);
        } finally {
            expectOfTheTerminator(shown);
        }
        try (SstpClient client = whereTlsEnds()) {
            hasATunnelAsItself(client);
        }
        assertThat(Drops.of(lab, "binding_mismatch")).isEqualTo(before + 1);
    }

    /** At the proxy's port that ends TLS, trusting the authority of the proxy's certificate alone. */
    private static SstpClient whereTlsEnds() {
        return SstpClient.startTrusting(
                proxyAuthority, Lab.GATEWAY_NAME + ":" + HaProxy.TERMINATES, gateway, machine, "bob", PASSWORD);
    }

    private static void hasATunnelAsItself(SstpClient client) {
        client.awaitUp().route("10.20.0.0/16");
        Ping.answers(machine, Lab.HOST);
        Ping.answers(lab.host(), client.address());
        Sessions.Entry session = gateway.sessions().only("bob");
        assertThat(session.protocol()).isEqualToIgnoringCase("sstp");
        assertThat(session.privateAddress()).isEqualTo(client.address());
        assertThat(session.publicAddress()).startsWith(machine.outerAddress() + ":");
    }

    private static void openVpn(String remote, String outerAddress) {
        ClientProfile profile = gateway.export("alice").to("remote " + remote);
        try (OpenVpnClient client = OpenVpnClient.connect(lab, lab.client(OPENVPN), profile)) {
            Ping.answers(client.namespace(), Lab.HOST);
            assertThat(gateway.sessions().only("alice").publicAddress()).startsWith(outerAddress + ":");
        }
        gateway.awaitNoSession();
    }

    /**
     * Sends {@code octets} to the gateway, a write for each line, of which the first may have the connection closed:
     * the first line of its answer, "closed" when there is none.
     */
    private static String firstLine(Place from, int port, String octets) {
        return from.shell("trap '' PIPE; exec 3<>/dev/tcp/" + Lab.GATEWAY + "/" + port + "; printf '" + octets
                        + "' >&3; read -r -t 20 line <&3; status=$?; "
                        + " if ((status > 128)); then echo 'still open'; else echo \"${line:-closed}\"; fi")
                .orFail()
                .out()
                .trim();
    }

    private static void expectOfTheTerminator(Credentials certificate) {
        gateway.configuration()
                .set("/protocols/sstp/terminator-certificates", List.of(certificate.thumbprint()))
                .save();
        gateway.ask("reload").orFail();
    }
}
