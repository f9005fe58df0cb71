package io.sallyport.daemon.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.EapConversation;
import io.sallyport.core.auth.EapConversation.Step;
import io.sallyport.core.auth.EapPeer;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.auth.Thumbprint;
import io.sallyport.core.eap.EapClient;
import io.sallyport.core.eap.EapMsChapV2Peer;
import io.sallyport.core.eap.EapPeerMethod;
import io.sallyport.core.eap.EapTlsPeer;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.tls.JsseTls;
import io.sallyport.core.tls.TlsCredentials;
import io.sallyport.core.tls.TlsSettings;
import io.sallyport.core.worker.Compute;
import io.sallyport.daemon.config.ConfigReader;
import io.sallyport.daemon.config.GatewayConfig;
import io.sallyport.daemon.config.InitialConfig;
import io.sallyport.daemon.pki.CertificateAuthority;
import io.sallyport.daemon.pki.CertificateAuthority.Issued;
import io.sallyport.daemon.pki.Pem;
import io.sallyport.daemon.pki.RevocationList;
import io.sallyport.daemon.users.UsersFile;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients of the configured methods, by EAP. */
class EapAuthenticationTest {
    private static final String NAME = "vpn.example.test";

    @TempDir
    Path directory;

    private CertificateAuthority authority;
    private Issued alice;
    private GatewayConfig config;
    private Authentication authentication;

    @BeforeEach
    void make() throws Exception {
        String yaml = new InitialConfig(NAME, "10.8.0.0/24", false, "./state").text();
        authority = NewGateway.create(directory, NAME, yaml, false, "./state");
        alice = authority.issueClient("alice", CertificateAuthority.LEAF_VALIDITY);
        new UsersFile(directory.resolve("users.yaml")).add("bob", secret());
        config = Objects.requireNonNull(
                ConfigReader.read(directory.resolve("gateway.yaml")).config());
        authentication = Authentication.of(config, new SecureRandom());
    }

    @Test
    void certificatesComeByEapTlsAndPasswordsByEapMsChapV2() throws Exception {
        assertThat(user(run(certificate(NAME)))).isEqualTo("alice");
        assertThat(user(run(password()))).isEqualTo("bob");
        try (Compute compute = new Compute(1)) {
            authentication.computeIn(compute);
            assertThat(user(run(certificate(NAME)))).isEqualTo("alice");
        }
    }

    @Test
    void aRevocationCountsInTheNextConversation() throws Exception {
        assertThat(user(run(certificate(NAME)))).isEqualTo("alice");
        new RevocationList(config.gateway().state()).add(Thumbprint.sha1(alice.certificate()));
        assertThat(reason(run(certificate(NAME)))).isEqualTo(RejectReason.CERTIFICATE_REVOKED);
    }

    @Test
    void aReloadBringsTheNewServerCertificateAndTakesMethodsAway() throws Exception {
        Issued renewed = authority.issueServer("new.example.test", CertificateAuthority.LEAF_VALIDITY);
        Files.writeString(directory.resolve("pki/server.key"), Pem.text(renewed.key()));
        Files.writeString(directory.resolve("pki/server.crt"), Pem.text(renewed.certificate()));
        assertThat(user(run(certificate(NAME)))).isEqualTo("alice");
        authentication.install(authentication.read(config));
        assertThat(user(run(certificate("new.example.test")))).isEqualTo("alice");

        Path file = directory.resolve("gateway.yaml");
        Files.writeString(file, Files.readString(file).replace("methods: [certificate, local]", "methods: [local]"));
        authentication.install(authentication.read(
                Objects.requireNonNull(ConfigReader.read(file).config())));
        assertThat(reason(run(certificate("new.example.test")))).isEqualTo(RejectReason.METHOD_UNSUPPORTED);
        assertThat(user(run(password()))).isEqualTo("bob");
    }

    private Step run(EapPeerMethod method) throws Exception {
        try (EapPeer peer = new EapClient("somebody", List.of(method));
                EapConversation conversation = authentication.eap(client())) {
            Step step = conversation.receive(Octets.EMPTY);
            while (step instanceof Step.Request) {
                step = conversation.receive(Objects.requireNonNull(peer.receive(step.packet())));
            }
            assertThat(peer.isComplete()).isEqualTo(step instanceof Step.Success);
            return step;
        }
    }

    private EapPeerMethod certificate(String server) throws Exception {
        TlsCredentials credentials = new TlsCredentials(List.of(alice.certificate()), alice.key());
        return new EapTlsPeer(JsseTls.client(new TlsSettings(
                TlsSettings.Versions.TLS_1_2_OR_1_3, credentials, List.of(authority.certificate()), false, server)));
    }

    private static EapPeerMethod password() {
        try (Secret password = secret()) {
            return new EapMsChapV2Peer("bob", password, new SecureRandom());
        }
    }

    private static Secret secret() {
        return Secret.ofChars("secret".toCharArray());
    }

    private static String user(Step step) {
        assertThat(step).isInstanceOf(Step.Success.class);
        return ((Step.Success) step).grant().user();
    }

    private static RejectReason reason(Step step) {
        assertThat(step).isInstanceOf(Step.Failure.class);
        return ((Step.Failure) step).reject().reason();
    }

    private static ClientContext client() {
        return new ClientContext(
                "test", "1", new InetSocketAddress("192.0.2.7", 40000), new InetSocketAddress("198.51.100.1", 443));
    }
}
