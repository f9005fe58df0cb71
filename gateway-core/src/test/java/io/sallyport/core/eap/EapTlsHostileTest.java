package io.sallyport.core.eap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sallyport.core.auth.EapConversation;
import io.sallyport.core.auth.EapConversation.Step;
import io.sallyport.core.auth.EapPackets;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.auth.Thumbprint;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.tls.TestPki;
import io.sallyport.core.tls.TestPki.Keys;
import io.sallyport.core.tls.TlsCredentials;
import io.sallyport.core.tls.TlsSettings.Versions;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that lie about fragments, and others that say anything. */
class EapTlsHostileTest {
    private static final int BODY_AT = 5;

    private final EapRig rig = new EapRig(Keys.ECDSA);

    static Stream<Arguments> lies() {
        return Stream.of(
                arguments("no flags", List.of(""), "no flags"),
                arguments("a start from the client", List.of("20"), "a start from the client"),
                arguments("nothing", List.of("00"), "an acknowledgement of nothing"),
                arguments("a length of nothing", List.of("8000000000"), "an acknowledgement of nothing"),
                arguments("a length cut off", List.of("800000"), "the length is cut off"),
                arguments("a first fragment without length", List.of("4016"), "does not say how long"),
                arguments("a fragment without data", List.of("c000000010"), "a fragment without data"),
                arguments("64 KiB and one octet", List.of("c00001000116"), "a message of 65537 octets"),
                arguments("4 GiB", List.of("80ffffffff16"), "a message of 4294967295 octets"),
                arguments("more than it said", List.of("c00000000316", "40160301"), "more octets than the message's 3"),
                arguments("less than it said", List.of("c00000000a16", "0016"), "2 octets of a message of 10"),
                arguments("less at once", List.of("800000000a16"), "1 octets of a message of 10"),
                arguments("a length that grows", List.of("c00000000a16", "c00000000b16"), "changes from 10 to 11"),
                arguments(
                        "an acknowledgement in between", List.of("c00000000a16", "00"), "acknowledgement of nothing"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lies")
    void endsForFragmentsThatLie(String name, List<String> packets, String reason) throws Exception {
        EapConversation server = rig.server();
        Step step = started(server);
        for (String each : packets) {
            assertThat(step).isInstanceOf(Step.Request.class);
            step = say(server, step, Octets.fromHex(each));
        }
        assertThat(EapRig.refused(step).reason()).isEqualTo(RejectReason.BAD_CREDENTIALS);
        assertThat(EapRig.refused(step).detail())
                .startsWith("malformed EAP-TLS")
                .contains(reason);
    }

    @Test
    void boundsTheFragmentsOfAMessage() throws Exception {
        EapConversation server = rig.server();
        Step step = say(server, started(server), Octets.fromHex("c00000ffff16"));
        int sent = 1;
        while (step instanceof Step.Request) {
            assertThat(step.packet().slice(4, 6)).isEqualTo(Octets.fromHex("0d00"));
            step = say(server, step, Octets.fromHex("4003"));
            sent++;
        }
        assertThat(sent).isEqualTo(EapTlsFlow.MOST_FRAGMENTS + 1);
        assertThat(EapRig.refused(step).detail()).contains("more than 100 fragments");
    }

    /** A record that is announced and does not come. */
    @Test
    void endsForATlsMessageThatStopsInTheMiddle() throws Exception {
        EapConversation server = rig.server();
        Step step = say(server, started(server), Octets.fromHex("00 1603010200 0100"));
        assertThat(EapRig.refused(step).detail()).contains("stops in the middle");
    }

    @Test
    void tellsWhatIsNoTlsSoByAnAlert() throws Exception {
        EapConversation server = rig.server();
        Step step = say(server, started(server), Octets.fromHex("00 474554202f"));
        // alert, 3.3, two octets: fatal
        assertThat(step.packet().slice(BODY_AT, step.packet().length()).toHex()).matches("00150303000202..");
        assertThat(EapRig.refused(say(server, step, Octets.fromHex("00"))).detail())
                .startsWith("the TLS handshake failed");
    }

    @Test
    void aRepeatedFragmentIsAskedForAgainAndCountsOnce() throws Exception {
        rig.clientOctets = 200;
        rig.serverOctets = 200;
        EapConversation server = rig.server();
        EapClient client = client();
        Step step = server.receive(Octets.EMPTY);
        while (step instanceof Step.Request) {
            Octets response = Objects.requireNonNull(client.receive(step.packet()));
            assertThat(client.receive(step.packet())).as("the client's answer").isEqualTo(response);
            Step next = server.receive(response);
            if (next instanceof Step.Request) {
                assertThat(server.receive(response)).as("the server's request").isEqualTo(next);
            }
            step = next;
        }
        assertThat(EapRig.granted(step).user()).isEqualTo("alice");
    }

    @Test
    void endsForDataInPlaceOfAnAcknowledgement() throws Exception {
        rig.serverOctets = 200;
        EapConversation server = rig.server();
        EapClient client = client();
        Step step = server.receive(Octets.EMPTY);
        while (step.packet().at(4) != EapPackets.TLS || (step.packet().at(BODY_AT) & 0x40) == 0) {
            step = server.receive(Objects.requireNonNull(client.receive(step.packet())));
        }
        step = say(server, step, Octets.fromHex("0016"));
        assertThat(EapRig.refused(step).detail()).contains("something else than the acknowledgement of a fragment");
    }

    @Test
    void endsForDataAfterTheEnd() throws Exception {
        for (Versions versions : List.of(Versions.TLS_1_2_ONLY, Versions.TLS_1_3_ONLY)) {
            rig.versions = versions;
            EapConversation server = rig.server();
            EapClient client = client();
            Step step = server.receive(Octets.EMPTY);
            while (!client.isComplete()) {
                Octets response = Objects.requireNonNull(client.receive(step.packet()));
                if (!client.isComplete()) {
                    step = server.receive(response);
                }
            }
            step = say(server, step, Octets.fromHex("001503030002022a"));
            assertThat(EapRig.refused(step).detail()).contains("acknowledgement of the end");
        }
    }

    /** At each state in turn: one packet of the client's is changed, cut or replaced. */
    @Test
    void noPacketThrowsAnythingUncheckedAndWhoGetsInIsWhoItWas() throws Exception {
        int refused = 0;
        int letIn = 0;
        Random random = new Random(13);
        for (int run = 0; run < 400; run++) {
            rig.versions = anyOf(random);
            try (EapClient client = client()) {
                switch (mutatedRun(random, client)) {
                    case Step.Success(var _, Grant grant) -> {
                        letIn++;
                        assertIsAlice(grant, client);
                    }
                    case Step.Failure _ -> refused++;
                    // the client has nothing more to say
                    case Step.Request _ -> {}
                }
            }
        }
        // bits that do not matter: a length that is said twice, for instance
        assertThat(letIn).isBetween(1, 350);
        assertThat(refused).isBetween(50, 399);
    }

    @Test
    void noPacketLetsInAClientThatIsNotTrusted() throws Exception {
        TlsCredentials stranger = new TestPki(Keys.ECDSA).client("alice");
        assertThat(letIn(stranger)).isZero();
    }

    @Test
    void noPacketLetsInAClientThatIsRevoked() throws Exception {
        rig.revoked = List.of(Thumbprint.sha256(rig.alice.chain().getFirst()));
        assertThat(letIn(rig.alice)).isZero();
    }

    private int letIn(TlsCredentials credentials) throws Exception {
        int letIn = 0;
        Random random = new Random(31);
        for (int run = 0; run < 200; run++) {
            rig.versions = anyOf(random);
            try (EapClient client = new EapClient("alice", List.of(rig.method(credentials)))) {
                letIn += mutatedRun(random, client) instanceof Step.Success ? 1 : 0;
            }
        }
        return letIn;
    }

    private static Versions anyOf(Random random) {
        return random.nextBoolean() ? Versions.TLS_1_2_ONLY : Versions.TLS_1_3_ONLY;
    }

    /** What the server said last to this client, of whose packets one is not what it was. */
    private Step mutatedRun(Random random, EapClient client) throws Exception {
        rig.clientOctets = 400;
        rig.serverOctets = 400;
        try (EapConversation server = rig.server()) {
            Step step = server.receive(Octets.EMPTY);
            int victim = random.nextInt(14);
            for (int i = 0; i < 40 && step instanceof Step.Request; i++) {
                Octets response = client.receive(step.packet());
                if (response == null) {
                    break;
                }
                step = server.receive(i == victim ? mutated(random, response) : response);
            }
            return step;
        }
    }

    /** With the keys that the honest client has. */
    private void assertIsAlice(Grant grant, EapClient client) {
        assertThat(grant.user()).isEqualTo("alice");
        assertThat(grant.thumbprint())
                .isEqualTo(Thumbprint.sha256(rig.alice.chain().getFirst()));
        try (Secret theirs = EapRig.keys(client.keyingMaterial());
                Secret ours = EapRig.keys(grant.keyingMaterial())) {
            assertThat(ours.matches(theirs.expose())).isTrue();
        }
    }

    private static Octets mutated(Random random, Octets packet) {
        byte[] octets = packet.toByteArray();
        switch (random.nextInt(4)) {
            case 0 -> {
                int at = 4 + random.nextInt(octets.length - 4);
                octets[at] ^= (byte) (1 << random.nextInt(8));
            }
            case 1 -> {
                Octets shorter = packet.slice(BODY_AT, BODY_AT + random.nextInt(octets.length - BODY_AT + 1));
                return EapPackets.response(packet.at(1) & 0xff, packet.at(4) & 0xff, shorter);
            }
            case 2 -> {
                byte[] data = new byte[random.nextInt(60)];
                random.nextBytes(data);
                return EapPackets.response(packet.at(1) & 0xff, EapPackets.TLS, Octets.of(data));
            }
            default -> random.nextBytes(octets);
        }
        return Octets.of(octets);
    }

    /** The step that asks for the client's first words of TLS. */
    private static Step started(EapConversation server) throws Exception {
        Step start = server.receive(EapPackets.response(7, EapPackets.IDENTITY, Octets.EMPTY));
        assertThat(start.packet().slice(4, start.packet().length())).isEqualTo(Octets.fromHex("0d20"));
        return start;
    }

    private static Step say(EapConversation server, Step to, Octets data) throws Exception {
        return server.receive(EapPackets.response(to.packet().at(1) & 0xff, EapPackets.TLS, data));
    }

    private EapClient client() throws Exception {
        return new EapClient("alice", List.of(rig.method(rig.alice)));
    }
}
