package io.sallyport.core.eap;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.Authenticator;
import io.sallyport.core.auth.CertificateAuthenticator;
import io.sallyport.core.auth.CertificateTrust;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.EapConversation;
import io.sallyport.core.auth.EapConversation.Step;
import io.sallyport.core.auth.EapPeer;
import io.sallyport.core.auth.EapServer;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.tls.JsseTls;
import io.sallyport.core.tls.TestPki;
import io.sallyport.core.tls.TlsCredentials;
import io.sallyport.core.tls.TlsSettings;
import io.sallyport.core.tls.TlsSettings.Versions;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A gateway's EAP-TLS and a client's, without anything between them. */
final class EapRig {
    static final String SERVER = "vpn.example.test";
    static final ClientContext CLIENT = new ClientContext(
            "test",
            "0123456789abcdef",
            new InetSocketAddress("192.0.2.1", 40000),
            new InetSocketAddress("198.51.100.1", 443));

    final TestPki pki;
    final TlsCredentials alice;
    final List<Octets> requests = new ArrayList<>();
    final List<Octets> responses = new ArrayList<>();
    Versions versions = Versions.TLS_1_2_OR_1_3;
    int serverOctets = EapTlsFlow.DEFAULT_PACKET_OCTETS;
    int clientOctets = EapTlsFlow.DEFAULT_PACKET_OCTETS;
    Duration later = Duration.ZERO;
    List<String> revoked = List.of();
    private final TlsCredentials own;

    EapRig(TestPki.Keys keys) {
        pki = new TestPki(keys);
        own = pki.server(SERVER);
        alice = pki.client("alice");
    }

    Authenticator judge() throws Exception {
        return new CertificateAuthenticator(
                CertificateTrust.of(List.of(pki.root()), revoked),
                () -> Instant.now().plus(later));
    }

    JsseTls serverTls() throws Exception {
        return JsseTls.server(new TlsSettings(Versions.TLS_1_2_OR_1_3, own, List.of(pki.root()), true, null));
    }

    EapConversation server() throws Exception {
        return server(judge());
    }

    EapConversation server(Authenticator judge) throws Exception {
        return EapServer.of(List.of(new EapTls(CLIENT, judge, serverTls(), TlsTasks.HERE, serverOctets)));
    }

    EapTlsPeer method(@Nullable TlsCredentials credentials) throws Exception {
        return new EapTlsPeer(
                JsseTls.client(new TlsSettings(versions, credentials, List.of(pki.root()), false, SERVER)),
                clientOctets);
    }

    /** Until the server has ended it, or nobody says anything any more. */
    Step run(EapConversation server, EapPeer client) throws Exception {
        Step step = server.receive(Octets.EMPTY);
        while (step instanceof Step.Request) {
            requests.add(step.packet());
            Octets response = client.receive(step.packet());
            if (response == null) {
                return step;
            }
            responses.add(response);
            step = server.receive(response);
        }
        client.receive(step.packet());
        return step;
    }

    static Grant granted(Step step) {
        assertThat(step).isInstanceOf(Step.Success.class);
        return ((Step.Success) step).grant();
    }

    static AuthDecision.Reject refused(Step step) {
        assertThat(step).isInstanceOf(Step.Failure.class);
        return ((Step.Failure) step).reject();
    }

    static Secret keys(@Nullable Secret keys) {
        return Objects.requireNonNull(keys);
    }
}
