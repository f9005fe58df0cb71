package io.sallyport.openvpn.control;

import static io.sallyport.openvpn.control.Wire.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.address.IpPrefix;
import io.sallyport.core.tls.TestPki.Keys;
import io.sallyport.core.tls.TlsSettings.Versions;
import io.sallyport.openvpn.wire.PeerInfo;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PushUpdateTest {
    private static final Ends ENDS = new Ends(Keys.ECDSA);

    private final Wire wire = new Wire(1, 0);
    private final ServerEnd server = ENDS.server(wire, ServerTerms.standard(true), Versions.TLS_1_3_ONLY);

    @Test
    void aClientThatUnderstandsGetsWhatChangedAndNothingElse() {
        ClientEnd client = connect(ClientTerms.USUAL_PROTOCOLS | PeerInfo.PROTO_PUSH_UPDATE);
        int sent = server.sent;
        server.connection().update(with(List.of("10.20.0.0/16"), "corp.example.test"), wire.now());
        wire.run(SECOND);
        assertThat(server.sent).as("nothing changed").isEqualTo(sent);

        server.connection().update(with(List.of("10.30.0.0/16", "fd20::/64"), "corp.example.test"), wire.now());
        wire.run(SECOND);
        assertThat(reply(client).values("route")).containsExactly("10.30.0.0 255.255.0.0");
        assertThat(reply(client).values("route-ipv6")).hasSize(1);
        assertThat(reply(client).values("dhcp-option")).containsExactly("DNS 10.0.0.53", "DOMAIN corp.example.test");
        assertThat(reply(client).value("ifconfig")).isEqualTo("172.16.201.2 255.255.255.0");
    }

    @Test
    void manyRoutesComeInPartsAndAreOneUpdate() {
        ClientEnd client = connect(ClientTerms.USUAL_PROTOCOLS | PeerInfo.PROTO_PUSH_UPDATE);
        List<String> many =
                IntStream.range(0, 200).mapToObj(i -> "10.99." + i + ".0/24").toList();
        server.connection().update(with(many, "other.example.test"), wire.now());
        wire.run(5 * SECOND);
        assertThat(client.events.stream().filter("updated"::equals)).hasSize(1);
        assertThat(reply(client).values("route")).hasSize(200);
        server.connection().update(with(List.of(), "other.example.test"), wire.now());
        wire.run(5 * SECOND);
        assertThat(reply(client).values("route")).isEmpty();
    }

    @Test
    void aClientThatDoesNotUnderstandHearsNothing() {
        ClientEnd client = connect(ClientTerms.USUAL_PROTOCOLS);
        int sent = server.sent;
        server.connection().update(with(List.of("10.30.0.0/16"), "corp.example.test"), wire.now());
        wire.run(SECOND);
        assertThat(server.sent).isEqualTo(sent);
        assertThat(client.updated).isNull();
    }

    /** The reply was made of what was there before; it is not the last word. */
    @Test
    void whatChangesWhileTheClientIsBeingAdmittedIsToldOnceItIsUp() {
        ClientEnd client = start(ClientTerms.USUAL_PROTOCOLS | PeerInfo.PROTO_PUSH_UPDATE);
        for (int i = 0; i < 10_000 && !server.events.contains("admit alice"); i++) {
            wire.run(Wire.MILLI / 10);
        }
        assertThat(server.events).contains("admit alice").doesNotContain("up");
        server.connection().update(with(List.of("10.30.0.0/16"), "corp.example.test"), wire.now());
        wire.run(2 * SECOND);
        assertThat(client.up().reply().values("route")).containsExactly("10.20.0.0 255.255.0.0");
        assertThat(reply(client).values("route")).containsExactly("10.30.0.0 255.255.0.0");
    }

    private static io.sallyport.openvpn.wire.PushReply reply(ClientEnd client) {
        return java.util.Objects.requireNonNull(client.updated);
    }

    private static Assignment with(List<String> routes, String domain) {
        Assignment usual = ServerEnd.assignment();
        return new Assignment(
                usual.lease(),
                usual.peerId(),
                usual.gateway4(),
                null,
                routes.stream().map(IpPrefix::parse).toList(),
                List.of(InetAddress.ofLiteral("10.0.0.53")),
                domain);
    }

    private ClientEnd connect(int protocols) {
        ClientEnd client = start(protocols);
        wire.run(2 * SECOND);
        assertThat(client.events).contains("up");
        return client;
    }

    private ClientEnd start(int protocols) {
        ClientTerms terms = new ClientTerms(
                ServerTerms.ALL_CIPHERS, "", null, protocols, null, Duration.ZERO, Duration.ofSeconds(60), true);
        return ENDS.client(wire, terms, Versions.TLS_1_3_ONLY, "alice", server);
    }
}
