package io.sallyport.core.eap;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.Authenticator;
import io.sallyport.core.auth.Authenticators;
import io.sallyport.core.auth.EapConversation;
import io.sallyport.core.auth.EapConversation.Step;
import io.sallyport.core.auth.EapPackets;
import io.sallyport.core.auth.FailureDamping;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.auth.LocalUser;
import io.sallyport.core.auth.LocalUsers;
import io.sallyport.core.auth.MsChapV2Hashes;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.tls.TestPki.Keys;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Both methods of a gateway, and clients that have one, the other, both or none. */
class EapPeersTest {
    private final EapRig rig = new EapRig(Keys.ECDSA);
    private final SecureRandom random = new SecureRandom();

    private Authenticator gateway() throws Exception {
        FailureDamping damping = new FailureDamping();
        LocalUser bob = new LocalUser("bob", hash("builder"), false, Set.of(), null);
        LocalUsers local = new LocalUsers(Map.of("bob", bob), damping, random, Instant::now);
        CertificateEap certificates = new CertificateEap(rig.judge(), rig.serverTls(), TlsTasks.HERE);
        return Authenticators.of(List.of(certificates, local), damping);
    }

    @Test
    void offersEapTlsFirst() throws Exception {
        EapConversation server = gateway().eap(EapRig.CLIENT);
        Step step = server.receive(EapPackets.response(1, EapPackets.IDENTITY, Octets.EMPTY));
        assertThat(step.packet().at(4)).isEqualTo((byte) EapPackets.TLS);
    }

    @Test
    void aClientWithAPasswordAloneGetsEapMsChapV2() throws Exception {
        try (EapClient client = new EapClient("bob", List.of(password("bob", "builder")))) {
            Grant grant = EapRig.granted(rig.run(gateway().eap(EapRig.CLIENT), client));
            assertThat(grant.user()).isEqualTo("bob");
            assertThat(client.isComplete()).isTrue();
            try (Secret theirs = EapRig.keys(client.keyingMaterial())) {
                assertThat(EapRig.keys(grant.keyingMaterial()).matches(theirs.expose()))
                        .isTrue();
            }
            // EAP-Response/Nak <--
            assertThat(rig.responses.get(1).slice(4, 6)).isEqualTo(Octets.of((byte) 3, (byte) EapPackets.MSCHAPV2));
        }
    }

    @Test
    void aClientWithACertificateAloneGetsEapTls() throws Exception {
        try (EapClient client = new EapClient("x", List.of(rig.method(rig.alice)))) {
            assertThat(EapRig.granted(rig.run(gateway().eap(EapRig.CLIENT), client))
                            .user())
                    .isEqualTo("alice");
        }
    }

    @Test
    void aClientWithNeitherIsToldNothingAndTheLogWhatItWants() throws Exception {
        try (EapClient client = new EapClient("x", List.of())) {
            AuthDecision.Reject reject = EapRig.refused(rig.run(gateway().eap(EapRig.CLIENT), client));
            assertThat(reject.reason()).isEqualTo(RejectReason.METHOD_UNSUPPORTED);
            assertThat(reject.detail()).isEqualTo("the peer refuses EAP-TLS and asks for no other");
        }
    }

    @Test
    void aWrongPasswordLeavesTheClientWithoutKeys() throws Exception {
        try (EapClient client = new EapClient("bob", List.of(password("bob", "wrong")))) {
            AuthDecision.Reject reject = EapRig.refused(rig.run(gateway().eap(EapRig.CLIENT), client));
            assertThat(reject.reason()).isEqualTo(RejectReason.BAD_CREDENTIALS);
            assertThat(client.isComplete()).isFalse();
            assertThat(client.keyingMaterial()).isNull();
        }
    }

    /** A server that does not know the password cannot make its proof. */
    @Test
    void thePeerTrustsNoServerThatDoesNotKnowThePassword() throws Exception {
        EapMsChapV2Peer peer = password("bob", "builder");
        Octets challenge = Octets.fromHex("01 07 0015 10" + "00112233445566778899aabbccddeeff");
        assertThat(Objects.requireNonNull(peer.receive(challenge)).at(0)).isEqualTo((byte) 2);
        byte[] text = ("S=" + "0".repeat(40) + " M=OK").getBytes(StandardCharsets.US_ASCII);
        byte[] success = new byte[4 + text.length];
        success[0] = 3;
        success[1] = 7;
        success[3] = (byte) success.length;
        System.arraycopy(text, 0, success, 4, text.length);
        assertThat(peer.receive(Octets.of(success))).isEqualTo(Octets.of((byte) 4));
        assertThat(peer.isComplete()).isFalse();
        assertThat(peer.keyingMaterial()).isNull();
        peer.close();
    }

    @Test
    void aSuccessBeforeTheChallengeIsALie() {
        EapMsChapV2Peer peer = password("bob", "builder");
        byte[] success = new byte[46];
        success[0] = 3;
        success[3] = 46;
        assertThat(peer.receive(Octets.of(success))).isEqualTo(Octets.of((byte) 4));
        assertThat(peer.isComplete()).isFalse();
        peer.close();
    }

    @Test
    void acknowledgesNotificationsAndNothingThatIsNoRequest() {
        try (EapClient client = new EapClient("bob", List.of())) {
            assertThat(client.receive(EapPackets.request(9, EapPackets.NOTIFICATION, Octets.of((byte) 'h'))))
                    .isEqualTo(EapPackets.response(9, EapPackets.NOTIFICATION, Octets.EMPTY));
            assertThat(client.receive(EapPackets.response(9, EapPackets.IDENTITY, Octets.EMPTY)))
                    .isNull();
            assertThat(client.receive(Octets.EMPTY)).isNull();
        }
    }

    @Test
    void noPacketOfAServerThrowsAnythingUnchecked() throws Exception {
        Random any = new Random(26);
        int answered = 0;
        for (int run = 0; run < 2000; run++) {
            try (EapClient client = new EapClient("bob", List.of(rig.method(rig.alice), password("bob", "builder")))) {
                for (int i = 0; i < 6; i++) {
                    byte[] data = new byte[any.nextInt(70)];
                    any.nextBytes(data);
                    if (data.length > 4) {
                        data[0] = (byte) (any.nextBoolean() ? 0x20 : any.nextInt(5));
                        data[2] = 0;
                        data[3] = (byte) data.length;
                        data[4] = 16;
                    }
                    int type = any.nextBoolean() ? EapPackets.TLS : EapPackets.MSCHAPV2;
                    answered += client.receive(EapPackets.request(i, type, Octets.of(data))) == null ? 0 : 1;
                    assertThat(client.isComplete()).isFalse();
                }
            }
        }
        assertThat(answered).isPositive();
    }

    private EapMsChapV2Peer password(String user, String password) {
        try (Secret secret = Secret.ofChars(password.toCharArray())) {
            return new EapMsChapV2Peer(user, secret, random);
        }
    }

    private static Secret hash(String password) {
        try (Secret secret = Secret.ofChars(password.toCharArray())) {
            return MsChapV2Hashes.ntHash(secret);
        }
    }
}
