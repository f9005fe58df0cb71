package io.sallyport.core.eap;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.EapConversation;
import io.sallyport.core.auth.EapConversation.Step;
import io.sallyport.core.auth.EapPackets;
import io.sallyport.core.auth.EapServer;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.auth.Thumbprint;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.tls.TestPki;
import io.sallyport.core.tls.TestPki.Keys;
import io.sallyport.core.tls.TlsCredentials;
import io.sallyport.core.tls.TlsSettings.Versions;
import io.sallyport.core.worker.Compute;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EapTlsTest {
    /** After the header and the flags. */
    private static final int RECORD_AT = 6;

    private static final int APPLICATION_DATA = 23;

    private final EapRig rig = new EapRig(Keys.ECDSA);

    @ParameterizedTest
    @EnumSource(
            value = Versions.class,
            names = {"TLS_1_2_ONLY", "TLS_1_3_ONLY"})
    void endsInSuccessWithTheSameKeysOnBothSides(Versions versions) throws Exception {
        rig.versions = versions;
        try (EapClient client = client(rig.alice)) {
            Grant grant = EapRig.granted(rig.run(rig.server(), client));
            assertThat(client.isComplete()).isTrue();
            assertThat(grant.user()).isEqualTo("alice");
            assertThat(grant.thumbprint())
                    .isEqualTo(Thumbprint.sha256(rig.alice.chain().getFirst()));
            assertThat(grant.evidence()).hasSize(1);
            try (Secret theirs = EapRig.keys(client.keyingMaterial())) {
                assertThat(theirs.length()).isEqualTo(64);
                assertThat(EapRig.keys(grant.keyingMaterial()).matches(theirs.expose()))
                        .isTrue();
            }
        }
    }

    @Test
    void aSecondLoginHasOtherKeys() throws Exception {
        Grant one = EapRig.granted(rig.run(rig.server(), client(rig.alice)));
        Grant two = EapRig.granted(rig.run(rig.server(), client(rig.alice)));
        assertThat(EapRig.keys(one.keyingMaterial())
                        .matches(EapRig.keys(two.keyingMaterial()).expose()))
                .isFalse();
    }

    /** RFC 9190 §2.1.1, figure 1: the last request before EAP-Success carries the commitment, and the peer acknowledges it. */
    @Test
    void commitsItselfWithOneRecordOfTls13() throws Exception {
        rig.versions = Versions.TLS_1_3_ONLY;
        EapRig.granted(rig.run(rig.server(), client(rig.alice)));
        Octets last = rig.requests.getLast();
        // type, flags, application_data, 3.3; the provider pads the octet
        assertThat(last.slice(4, 9).toHex()).isEqualTo("0d00170303");
        assertThat(last.length()).as("one record").isEqualTo(RECORD_AT + 5 + last.at(RECORD_AT + 4));
        assertThat(rig.responses.getLast().slice(4, 6)).isEqualTo(Octets.fromHex("0d00"));
    }

    @ParameterizedTest
    @CsvSource({
        "TLS_1_2_ONLY, 1280, 1280",
        "TLS_1_2_ONLY, 65535, 65535",
        "TLS_1_2_ONLY, 60, 60",
        "TLS_1_2_ONLY, 1280, 40",
        "TLS_1_3_ONLY, 60, 65535",
        "TLS_1_3_ONLY, 65535, 60",
        "TLS_1_3_ONLY, 576, 1020",
        "TLS_1_3_ONLY, 1020, 576",
    })
    void goesThroughFragmentsOfAnySize(Versions versions, int serverOctets, int clientOctets) throws Exception {
        rig.versions = versions;
        rig.serverOctets = serverOctets;
        rig.clientOctets = clientOctets;
        EapClient client = client(rig.alice);
        assertThat(EapRig.granted(rig.run(rig.server(), client)).user()).isEqualTo("alice");
        assertThat(client.isComplete()).isTrue();
        assertThat(rig.requests).allMatch(each -> each.length() <= serverOctets);
        assertThat(rig.responses).allMatch(each -> each.length() <= clientOctets);
    }

    @Test
    void everySizeAroundTheServersFlightFits() throws Exception {
        rig.serverOctets = 65535;
        EapRig.granted(rig.run(rig.server(), client(rig.alice)));
        int longest = rig.requests.stream().mapToInt(Octets::length).max().orElseThrow();
        for (int size = longest - 6; size <= longest + 6; size++) {
            rig.serverOctets = size;
            EapRig.granted(rig.run(rig.server(), client(rig.alice)));
        }
    }

    @Test
    void runsItsExpensiveStepsWhereItIsTold() throws Exception {
        List<String> threads = new ArrayList<>();
        try (Compute compute = new Compute(1)) {
            TlsTasks pool = TlsTasks.in(() -> compute);
            TlsTasks counted = task -> pool.run(() -> {
                threads.add(Thread.currentThread().getName());
                task.run();
            });
            EapConversation server =
                    EapServer.of(List.of(new EapTls(EapRig.CLIENT, rig.judge(), rig.serverTls(), counted)));
            EapRig.granted(rig.run(server, client(rig.alice)));
        }
        assertThat(threads).isNotEmpty().allMatch(name -> name.startsWith("compute-"));
    }

    @Test
    void aPoolThatIsClosedIsNoFaultOfTheClient() throws Exception {
        Compute compute = new Compute(1);
        compute.close();
        EapConversation server = EapServer.of(
                List.of(new EapTls(EapRig.CLIENT, rig.judge(), rig.serverTls(), TlsTasks.in(() -> compute))));
        assertThat(EapRig.refused(rig.run(server, client(rig.alice))).reason()).isEqualTo(RejectReason.UNAVAILABLE);
    }

    @ParameterizedTest
    @EnumSource(
            value = Versions.class,
            names = {"TLS_1_2_ONLY", "TLS_1_3_ONLY"})
    void refusesARevokedCertificateByAnAlert(Versions versions) throws Exception {
        rig.versions = versions;
        rig.revoked = List.of(Thumbprint.sha1(rig.alice.chain().getFirst()));
        refuses(rig.alice, RejectReason.CERTIFICATE_REVOKED, "certificate_unknown");
    }

    @ParameterizedTest
    @EnumSource(
            value = Versions.class,
            names = {"TLS_1_2_ONLY", "TLS_1_3_ONLY"})
    void refusesACertificateOfAnotherAuthority(Versions versions) throws Exception {
        rig.versions = versions;
        refuses(new TestPki(Keys.ECDSA).client("alice"), RejectReason.CERTIFICATE_UNKNOWN_CA, "certificate_unknown");
    }

    @ParameterizedTest
    @EnumSource(
            value = Versions.class,
            names = {"TLS_1_2_ONLY", "TLS_1_3_ONLY"})
    void refusesAnExpiredCertificate(Versions versions) throws Exception {
        rig.versions = versions;
        rig.later = Duration.ofDays(2);
        refuses(rig.alice, RejectReason.CERTIFICATE_EXPIRED, "certificate_unknown");
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2_ONLY, handshake_failure", "TLS_1_3_ONLY, certificate_required"})
    void refusesAClientWithoutCertificate(Versions versions, String alert) throws Exception {
        rig.versions = versions;
        EapTlsPeer method = rig.method(null);
        EapClient client = new EapClient("alice", List.of(method));
        AuthDecision.Reject reject = EapRig.refused(rig.run(rig.server(), client));
        assertThat(reject.reason()).isEqualTo(RejectReason.CERTIFICATE_MISSING);
        assertThat(method.failure()).contains(alert);
    }

    private void refuses(TlsCredentials credentials, RejectReason reason, String alert) throws Exception {
        EapTlsPeer method = rig.method(credentials);
        EapClient client = new EapClient("alice", List.of(method));
        AuthDecision.Reject reject = EapRig.refused(rig.run(rig.server(), client));
        assertThat(reject.reason()).isEqualTo(reason);
        assertThat(reject.detail()).contains("alice");
        assertThat(method.failure()).contains(alert);
        assertThat(client.isComplete()).isFalse();
        assertThat(client.keyingMaterial()).isNull();
    }

    /** The certificate of another is no secret; its key is. */
    @ParameterizedTest
    @EnumSource(
            value = Versions.class,
            names = {"TLS_1_2_ONLY", "TLS_1_3_ONLY"})
    void refusesAClientThatCannotProveItsKey(Versions versions) throws Exception {
        rig.versions = versions;
        TlsCredentials stolen =
                new TlsCredentials(rig.alice.chain(), rig.pki.client("mallory").key());
        AuthDecision.Reject reject = EapRig.refused(rig.run(rig.server(), client(stolen)));
        assertThat(reject.reason()).isEqualTo(RejectReason.BAD_CREDENTIALS);
        assertThat(reject.detail()).startsWith("the TLS handshake failed");
    }

    @Test
    void aClientThatDistrustsTheServerEndsItWithItsAlert() throws Exception {
        EapRig other = new EapRig(Keys.ECDSA);
        EapTlsPeer method = other.method(other.alice);
        AuthDecision.Reject reject = EapRig.refused(rig.run(rig.server(), new EapClient("alice", List.of(method))));
        assertThat(reject.detail())
                .startsWith("the client ended the TLS handshake")
                .contains("Received fatal alert");
        assertThat(method.isComplete()).isFalse();
    }

    @Test
    void aSuccessBeforeTheMethodHasEndedIsALie() throws Exception {
        EapClient client = client(rig.alice);
        EapConversation server = rig.server();
        Octets start = server.receive(EapPackets.response(1, EapPackets.IDENTITY, Octets.EMPTY))
                .packet();
        client.receive(start);
        client.receive(EapPackets.end(EapPackets.SUCCESS, start.at(1)));
        assertThat(client.isComplete()).isFalse();
        assertThat(client.keyingMaterial()).isNull();
    }

    /** RFC 9190 §2.1.1: the server may refuse after the client's Finished, so the client's own part is not the end. */
    @Test
    void aTls13ClientWaitsForTheCommitment() throws Exception {
        rig.versions = Versions.TLS_1_3_ONLY;
        EapTlsPeer method = rig.method(rig.alice);
        EapClient client = new EapClient("alice", List.of(method));
        EapConversation server = rig.server();
        Step step = server.receive(EapPackets.response(1, EapPackets.IDENTITY, Octets.EMPTY));
        while (step.packet().length() <= RECORD_AT || step.packet().at(RECORD_AT) != APPLICATION_DATA) {
            Octets response = Objects.requireNonNull(client.receive(step.packet()));
            assertThat(client.isComplete()).isFalse();
            step = server.receive(response);
        }
        client.receive(step.packet());
        assertThat(client.isComplete()).isTrue();
    }

    @Test
    void theUserIsTheCertificatesWhateverTheIdentitySaid() throws Exception {
        EapClient client = new EapClient("root", List.of(rig.method(rig.alice)));
        assertThat(EapRig.granted(rig.run(rig.server(), client)).user()).isEqualTo("alice");
    }

    @Test
    void keysOutliveTheConversationOnceTheyAreHandedOver() throws Exception {
        EapConversation server = rig.server();
        EapClient client = client(rig.alice);
        Secret granted = EapRig.keys(EapRig.granted(rig.run(server, client)).keyingMaterial());
        Secret own = EapRig.keys(client.keyingMaterial());
        server.close();
        client.close();
        assertThat(granted.matches(own.expose())).isTrue();
        assertThat(client.keyingMaterial()).isNull();
        assertThat(client.isComplete()).isFalse();
    }

    @Test
    void aConversationThatWasClosedGrantsNothing() throws Exception {
        rig.versions = Versions.TLS_1_2_ONLY;
        EapConversation server = rig.server();
        EapClient client = client(rig.alice);
        Step step = server.receive(Octets.EMPTY);
        while (!client.isComplete()) {
            step = server.receive(Objects.requireNonNull(client.receive(step.packet())));
            if (step.packet().at(4) == EapPackets.TLS && step.packet().length() < 100) {
                client.receive(step.packet());
            }
        }
        server.close();
        assertThat(server.receive(EapPackets.response(step.packet().at(1), EapPackets.TLS, Octets.of((byte) 0))))
                .isInstanceOf(Step.Failure.class);
    }

    private EapClient client(TlsCredentials credentials) throws Exception {
        return new EapClient("anonymous", List.of(rig.method(credentials)));
    }
}
