package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What operators do to a running gateway: reload it, take somebody's access away, drain it. */
@Interop
class OperationsInteropTest {
    private static final Duration AT_ONCE = Duration.ofSeconds(15);
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final String PASSWORD = "only for this test";

    private static Lab lab;
    private static Gateway gateway;
    private static Credentials alice;
    private static ClientProfile profile;

    @BeforeAll
    static void open(Lab opened) {
        lab = opened;
        gateway = Gateway.init(lab);
        alice = gateway.issue("alice");
        gateway.issue("carol");
        profile = gateway.export(null)
                .withoutCertificate()
                .without("auth-user-pass")
                .overUdp();
    }

    @BeforeEach
    void configure() {
        gateway.configuration()
                .set("/network/masquerade", true)
                .set("/addresses/routes", List.of("10.20.0.0/16", "fd20::/64"))
                .set("/sessions/same-user", "allow")
                .set("/sessions/idle-timeout", "0s")
                .set("/protocols/openvpn/renegotiate", "1h")
                .set("/drain", "0s")
                .save();
    }

    @Test
    void reloadUnderTrafficChangesWhatTheNextClientGetsAndDropsNobody() throws IOException {
        Iperf.serve(lab, lab.host());
        gateway.configuration().set("/protocols/openvpn/renegotiate", "15s").save();
        Running running = gateway.run();
        OpenVpnClient first = OpenVpnClient.connect(lab, lab.client(1), profile.withCertificate(alice));
        Sessions.Entry session = gateway.sessions().only("alice");
        Running iperf = Iperf.begin(lab, first.namespace(), Lab.HOST, Iperf.Direction.DOWN, 10);
        int mark = running.mark();
        int before = first.mark();

        replaceServerCertificate();
        gateway.configuration()
                .set("/addresses/routes", List.of("10.20.0.0/16", "fd20::/64", "10.77.0.0/16"))
                .save();
        running.signal("HUP");
        running.awaitSince(mark, "reloaded; changed: addresses.routes, the server certificate", AT_ONCE);
        OpenVpnClient second = OpenVpnClient.connect(
                lab, lab.client(2), gateway.export("carol").overUdp(), "--verb", "4");

        assertThat(route(second, "10.77.0.1")).contains("tun0");
        assertThat(route(first, "10.77.0.1")).doesNotContain("tun0");
        assertThat(second.log()).contains("O=Renewed");
        Iperf.megabits(iperf, 10);
        // The key of the old connection is renewed with the new certificate.
        first.awaitSince(before, "VERIFY OK: depth=0, O=Renewed", SOON);
        Ping.answers(first.namespace(), Lab.HOST);
        assertThat(gateway.sessions().only("alice").id()).isEqualTo(session.id());
    }

    @Test
    void reloadWithAMistakeChangesNothingAndSaysWhy() {
        Running running = gateway.run();
        int mark = running.mark();
        gateway.configuration()
                .set("/addresses/routes", List.of("10.99.0.0/16"))
                .set("/addresses/dns", List.of("nonsense"))
                .set("/auth/certificate/roots", List.of("pki/nowhere.crt"))
                .save();
        Command.Outcome reload = gateway.ask("reload");
        assertThat(reload.status()).isEqualTo(2);
        assertThat(reload.err()).contains("addresses.dns", "Nothing was reloaded");
        assertThat(running.log().substring(mark)).contains("nonsense", "nothing was reloaded");

        gateway.configuration()
                .set("/addresses/dns", List.of("10.20.0.53"))
                .set("/auth/certificate/roots", List.of("pki/ca.crt"))
                .set("/workers", 1)
                .save();
        Command.Outcome second = gateway.ask("reload");
        assertThat(second.status()).as(second.err()).isZero();
        assertThat(second.out()).contains("addresses.routes", "addresses.dns");
        assertThat(second.err()).contains("workers was changed, which needs a restart");
        OpenVpnClient client = OpenVpnClient.connect(lab, lab.client(1), profile.withCertificate(alice));
        assertThat(route(client, "10.99.0.1")).contains("tun0");
    }

    @Test
    void whoeverIsRevokedOrRemovedLosesItsSessionAtOnceAndNobodyElse() {
        gateway.addUser("bob", PASSWORD);
        gateway.run();
        Credentials dave = gateway.issue("dave");
        OpenVpnClient revoked = OpenVpnClient.connect(lab, lab.client(1), profile.withCertificate(dave));
        OpenVpnClient removed = OpenVpnClient.connect(lab, lab.client(2), profile.withPassword(lab, "bob", PASSWORD));
        OpenVpnClient kept = OpenVpnClient.connect(lab, lab.client(3), profile.withCertificate(alice));

        assertThat(gateway.ask("cert", "revoke", dave.thumbprint()).orFail().out())
                .contains("sessions ended: 1");
        revoked.awaitLog("AUTH_FAILED", AT_ONCE);
        assertThat(gateway.sessions().of("dave")).isEmpty();
        assertThat(gateway.sessions().of("bob")).hasSize(1);
        assertThat(gateway.ask("user", "remove", "bob").orFail().out()).contains("sessions ended: 1");
        removed.awaitLog("AUTH_FAILED", AT_ONCE);
        Ping.answers(kept.namespace(), Lab.HOST);
        assertThat(gateway.sessions().entries())
                .extracting(Sessions.Entry::user)
                .containsExactly("alice");
    }

    @Test
    void drainServesWhoIsThereRefusesWhoIsNewAndTellsAllToComeBack() {
        gateway.configuration().set("/drain", "20s").save();
        Running running = gateway.run();
        ClientProfile ofCarol = gateway.export("carol").overUdp();
        OpenVpnClient client = OpenVpnClient.connect(lab, lab.client(1), profile.withCertificate(alice));
        int mark = client.mark();
        running.signal("TERM");
        running.awaitLog("draining: 1 sessions", AT_ONCE);
        assertThat(gateway.ask("status", "--json").orFail().out()).contains("draining");
        OpenVpnClient late = OpenVpnClient.start(lab, lab.client(2), ofCarol);
        Ping.answers(client.namespace(), Lab.HOST);
        assertThat(gateway.sessions().entries()).hasSize(1);

        assertThat(running.awaitExit(SOON)).isZero();
        client.awaitSince(mark, "Connection reset command was pushed by server", AT_ONCE);
        assertThat(late.log()).doesNotContain(OpenVpnClient.UP);
        // Both find the next one by themselves.
        gateway.run();
        client.awaitSince(mark, OpenVpnClient.UP, Duration.ofMinutes(2));
        late.awaitLog(OpenVpnClient.UP, Duration.ofMinutes(2));
    }

    @Test
    void secondSignalStopsADrainAtOnce() {
        gateway.configuration().set("/drain", "1h").save();
        Running running = gateway.run();
        OpenVpnClient client = OpenVpnClient.connect(lab, lab.client(1), profile.withCertificate(alice));
        running.signal("TERM");
        running.awaitLog("draining", AT_ONCE);
        running.signal("INT");
        assertThat(running.awaitExit(SOON)).isZero();
        client.awaitLog("Connection reset command was pushed by server", AT_ONCE);
    }

    @Test
    void replacedClientIsToldToStopAndDoesNotComeBack() {
        gateway.configuration().set("/sessions/same-user", "replace").save();
        gateway.run();
        OpenVpnClient older = OpenVpnClient.connect(lab, lab.client(1), profile.withCertificate(alice));
        OpenVpnClient newer = OpenVpnClient.connect(lab, lab.client(2), profile.withCertificate(alice));
        older.awaitLog("Halt command was pushed by server", AT_ONCE);
        older.awaitExit(AT_ONCE);
        Ping.answers(newer.namespace(), Lab.HOST);
        assertThat(gateway.sessions().only("alice").publicAddress()).startsWith(Lab.clientAddress(2));
    }

    @Test
    void idleClientIsTurnedOutAfterTheConfiguredTime() {
        gateway.configuration().set("/sessions/idle-timeout", "3s").save();
        gateway.run();
        OpenVpnClient client = OpenVpnClient.connect(lab, lab.client(1), profile.withCertificate(alice));
        client.awaitLog("Halt command was pushed by server", SOON);
        gateway.awaitNoSession();
    }

    /** Of the same authority and for the same name, as a renewed one is. */
    private static void replaceServerCertificate() throws IOException {
        Path pki = gateway.directory().resolve("pki");
        Path fresh = lab.newDirectory("renewed");
        lab.gateway()
                .shell("cd " + fresh + " && openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
                        + " -keyout server.key -subj '/O=Renewed/CN=" + Lab.GATEWAY_NAME + "' -out server.csr"
                        + " && printf 'subjectAltName=DNS:" + Lab.GATEWAY_NAME
                        + "\\nextendedKeyUsage=serverAuth\\nkeyUsage=digitalSignature\\n' > ext"
                        + " && openssl x509 -req -in server.csr -CA " + pki + "/ca.crt -CAkey " + pki
                        + "/ca.key -CAcreateserial -CAserial serial -days 30 -extfile ext -out server.crt"
                        + " && chmod 600 server.key")
                .orFail();
        for (String name : List.of("server.key", "server.crt")) {
            Files.move(fresh.resolve(name), pki.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static String route(OpenVpnClient client, String address) {
        return client.namespace().run("ip", "route", "get", address).out();
    }
}
