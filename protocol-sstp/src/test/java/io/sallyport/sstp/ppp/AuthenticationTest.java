package io.sallyport.sstp.ppp;

import static io.sallyport.sstp.ppp.Wire.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.sstp.ppp.ControlPacket.ConfigureAck;
import io.sallyport.sstp.ppp.ControlPacket.ConfigureRequest;
import io.sallyport.sstp.ppp.PppEnd.Cause;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The authentication phase of the server. The known answers are RFC 2759 §9.2's, inside CHAP packets. */
class AuthenticationTest {
    private static final String CHALLENGE = "5b5d7c7d7b3f2f3e3c2c602132262628";
    private static final String RESPONSE = "21402324255e262a28295f2b3a337c7e" + "0000000000000000"
            + "82309ecd8d708b5ea08faa3981cd83544233114a3d85d6df" + "00";
    private static final String PROOF = "S=407A5589115FD0D6209F510FE9C04566932CDA56";

    private final Wire wire = new Wire(1, 0);

    /** A server whose LCP is open; its random octets are the RFC's challenge, again and again. */
    private ServerEnd open(AuthProtocol protocol) throws PppException {
        ServerEnd server = new ServerEnd(wire, ServerEnd.terms(protocol), octets -> {
            byte[] challenge = Octets.fromHex(CHALLENGE).toByteArray();
            System.arraycopy(challenge, 0, octets, 0, octets.length);
        });
        server.start();
        openLcp(server, 1);
        return server;
    }

    private static void openLcp(ServerEnd server, int magic) throws PppException {
        ConfigureRequest request =
                (ConfigureRequest) ControlPackets.decode(server.sent.getLast().information());
        server.sent.clear();
        server.arrive(
                PppProtocol.LCP,
                ControlPackets.encode(new ConfigureRequest(magic, List.of(ConfigOption.ofInt(5, magic)))));
        server.sent.removeFirst();
        server.arrive(
                PppProtocol.LCP, ControlPackets.encode(new ConfigureAck(request.identifier(), request.options())));
    }

    private static String chap(String code, int identifier, String text) {
        Octets octets = Octets.of(text.getBytes(StandardCharsets.UTF_8));
        return "c223 " + code + Octets.of((byte) identifier).toHex() + "00"
                + Octets.of((byte) (4 + octets.length())).toHex() + octets.toHex();
    }

    private static String response(int identifier) {
        return "02" + Octets.of((byte) identifier).toHex() + "003a31" + RESPONSE + "55736572";
    }

    @Test
    void msChapV2WithTheVectorsOfTheRfc() throws PppException {
        ServerEnd server = open(AuthProtocol.MS_CHAP_V2);
        // Challenge (identifier, value, "gateway") <--
        assertThat(server.next()).isEqualTo("c223 015b001c10" + CHALLENGE + "67617465776179");
        // Response (same identifier, peer challenge | 0 | NT response | 0, "User") -->
        server.arrive(PppProtocol.CHAP, response(0x5b));
        AuthRequest.MsChapV2 asked = (AuthRequest.MsChapV2) server.asked.getFirst();
        assertThat(asked.user()).isEqualTo("User");
        assertThat(asked.authenticatorChallenge()).isEqualTo(Octets.fromHex(CHALLENGE));
        assertThat(asked.peerChallenge()).isEqualTo(Octets.fromHex(RESPONSE.substring(0, 32)));
        assertThat(asked.ntResponse()).isEqualTo(Octets.fromHex(RESPONSE.substring(48, 96)));
        // The same once more while it is decided: nothing, and nobody is asked.
        server.arrive(PppProtocol.CHAP, response(0x5b));
        assertThat(server.next()).isEqualTo("nothing");
        // Success ("S=... M=OK") <--, then Configure-Requests of IPCP and IPV6CP
        server.ppp.accepted(PROOF, ServerEnd.network(), wire.now());
        String success = chap("03", 0x5b, PROOF + " M=OK");
        assertThat(server.next()).isEqualTo(success);
        assertThat(server.events).containsExactly("authenticate", "authenticated");
        assertThat(server.next()).startsWith("8021 01");
        assertThat(server.next()).startsWith("8057 01");
        // Any Response with that identifier gets that Success, one with another nothing; nobody is asked again.
        server.arrive(PppProtocol.CHAP, response(0x5b).replace("2140", "9999"));
        assertThat(server.next()).isEqualTo(success);
        server.arrive(PppProtocol.CHAP, response(0x5c));
        assertThat(server.next()).isEqualTo("nothing");
        assertThat(server.asked).hasSize(1);
    }

    @Test
    void aProofWithAMessageGoesUnchanged() throws PppException {
        ServerEnd server = open(AuthProtocol.MS_CHAP_V2);
        server.sent.clear();
        server.arrive(PppProtocol.CHAP, response(0x5b));
        server.ppp.accepted(PROOF + " M=Welcome", ServerEnd.network(), wire.now());
        assertThat(server.next()).isEqualTo(chap("03", 0x5b, PROOF + " M=Welcome"));
    }

    @Test
    void anAcceptWithoutProofIsARefusal() throws PppException {
        ServerEnd server = open(AuthProtocol.MS_CHAP_V2);
        server.sent.clear();
        server.arrive(PppProtocol.CHAP, response(0x5b));
        server.ppp.accepted(null, ServerEnd.network(), wire.now());
        assertThat(server.next()).startsWith("c223 045b");
        wire.run(20 * SECOND);
        assertThat(server.events).containsExactly("authenticate", "ended AUTHENTICATION");
    }

    @Test
    void wrongPasswordsMayBeTriedAgainAndNotForEver() throws PppException {
        ServerEnd server = open(AuthProtocol.MS_CHAP_V2);
        server.sent.clear();
        String challenge = CHALLENGE.toUpperCase(java.util.Locale.ROOT);
        for (int i = 0; i < 3; i++) {
            server.arrive(PppProtocol.CHAP, response(0x5b + i));
            server.ppp.refused(RejectReason.BAD_CREDENTIALS, null, wire.now());
            assertThat(server.next())
                    .isEqualTo(chap(
                            "04",
                            0x5b + i,
                            "E=691 R=" + (i < 2 ? 1 : 0) + " C=" + challenge
                                    + " V=3 M=user name or password is wrong"));
        }
        assertThat(server.next()).startsWith("c021 05");
        server.arrive(PppProtocol.CHAP, response(0x5e));
        wire.run(20 * SECOND);
        assertThat(server.asked).hasSize(3);
        assertThat(server.cause()).isEqualTo(Cause.AUTHENTICATION);
    }

    /** RFC 2759 §9.1.4: the next try has the next identifier; what has the old one is the old try once more, and gets the old answer. */
    @Test
    void aResponseWithTheOldIdentifierIsNoNewTry() throws PppException {
        ServerEnd server = open(AuthProtocol.MS_CHAP_V2);
        server.sent.clear();
        server.arrive(PppProtocol.CHAP, response(0x5b));
        server.ppp.refused(RejectReason.BAD_CREDENTIALS, null, wire.now());
        String failure = server.next();
        server.arrive(PppProtocol.CHAP, response(0x5b));
        assertThat(server.next()).isEqualTo(failure).startsWith("c223 045b");
        assertThat(server.asked).hasSize(1);
        server.arrive(PppProtocol.CHAP, response(0x5c));
        assertThat(server.asked).hasSize(2);
        server.ppp.accepted(PROOF, ServerEnd.network(), wire.now());
        assertThat(server.next()).startsWith("c223 035c");
        server.arrive(PppProtocol.CHAP, response(0x5b));
        assertThat(server.asked).hasSize(2);
    }

    @Test
    void aNameOf255OctetsIsAskedAboutAsItIs() throws PppException {
        ServerEnd server = open(AuthProtocol.MS_CHAP_V2);
        server.arrive(PppProtocol.CHAP, "025b013531" + RESPONSE + "61".repeat(255));
        assertThat(((AuthRequest.MsChapV2) server.asked.getFirst()).user()).isEqualTo("a".repeat(255));
    }

    @Test
    void anOutageIsNotToldAsAWrongPassword() throws PppException {
        ServerEnd server = open(AuthProtocol.MS_CHAP_V2);
        server.sent.clear();
        server.arrive(PppProtocol.CHAP, response(0x5b));
        server.ppp.refused(RejectReason.UNAVAILABLE, null, wire.now());
        assertThat(server.next())
                .isEqualTo(chap(
                        "04",
                        0x5b,
                        "E=649 R=0 C=" + CHALLENGE.toUpperCase(java.util.Locale.ROOT)
                                + " V=3 M=authentication is unavailable, try again later"));
    }

    @Test
    void aRadiusServersFailureGoesUnchangedAndItsChallengeCounts() throws PppException {
        ServerEnd server = open(AuthProtocol.MS_CHAP_V2);
        server.sent.clear();
        server.arrive(PppProtocol.CHAP, response(0x5b));
        String failure = "E=691 R=1 C=000102030405060708090A0B0C0D0E0F V=3 M=Again";
        server.ppp.refused(RejectReason.BAD_CREDENTIALS, failure, wire.now());
        assertThat(server.next()).isEqualTo(chap("04", 0x5b, failure));
        server.arrive(PppProtocol.CHAP, response(0x5c));
        assertThat(((AuthRequest.MsChapV2) server.asked.getLast()).authenticatorChallenge())
                .isEqualTo(Octets.fromHex("000102030405060708090a0b0c0d0e0f"));
        server.ppp.refused(RejectReason.PASSWORD_EXPIRED, "E=648 R=0 V=3 M=Expired", wire.now());
        assertThat(server.next()).isEqualTo(chap("04", 0x5c, "E=648 R=0 V=3 M=Expired"));
        wire.run(20 * SECOND);
        assertThat(server.cause()).isEqualTo(Cause.AUTHENTICATION);
    }

    /** RFC 2759 §6: another response changes nothing about an expired password, whatever R says. */
    @ParameterizedTest
    @CsvSource({"BAD_CREDENTIALS", "PASSWORD_EXPIRED"})
    void anErrorThatIsNoWrongPasswordGoesUnchangedButForItsRetry(RejectReason reason) throws PppException {
        ServerEnd server = open(AuthProtocol.MS_CHAP_V2);
        server.sent.clear();
        server.arrive(PppProtocol.CHAP, response(0x5b));
        server.ppp.refused(reason, "E=648 R=1 V=3 M=Expired, R=1 C=2", wire.now());
        assertThat(server.next()).isEqualTo(chap("04", 0x5b, "E=648 R=0 V=3 M=Expired, R=1 C=2"));
        assertThat(server.next()).startsWith("c021 05");
        server.arrive(PppProtocol.CHAP, response(0x5c));
        assertThat(server.asked).hasSize(1);
        wire.run(20 * SECOND);
        assertThat(server.cause()).isEqualTo(Cause.AUTHENTICATION);
    }

    @ParameterizedTest
    @CsvSource({"E=691 R=1 V=3 M=Again", "E=691 R=1 C=12 V=3 M=Again"})
    void aRetryWithoutAChallengeGetsOne(String failure) throws PppException {
        ServerEnd server = open(AuthProtocol.MS_CHAP_V2);
        server.sent.clear();
        server.arrive(PppProtocol.CHAP, response(0x5b));
        server.ppp.refused(RejectReason.BAD_CREDENTIALS, failure, wire.now());
        String challenge = CHALLENGE.toUpperCase(java.util.Locale.ROOT);
        assertThat(server.next()).isEqualTo(chap("04", 0x5b, "E=691 R=1 C=" + challenge + " V=3 M=Again"));
        server.arrive(PppProtocol.CHAP, response(0x5c));
        assertThat(server.asked).hasSize(2);
    }

    @Test
    void theLastTrysFailureOffersNoOther() throws PppException {
        ServerEnd server = open(AuthProtocol.MS_CHAP_V2);
        server.sent.clear();
        String begin = "E=691 R=";
        String end = " C=000102030405060708090A0B0C0D0E0F V=3 M=Tell R=1 to the desk";
        for (int i = 0; i < 3; i++) {
            server.arrive(PppProtocol.CHAP, response(0x5b + i));
            server.ppp.refused(RejectReason.BAD_CREDENTIALS, begin + 1 + end, wire.now());
            assertThat(server.next()).isEqualTo(chap("04", 0x5b + i, begin + (i < 2 ? 1 : 0) + end));
        }
        assertThat(server.next()).startsWith("c021 05");
    }

    @Test
    void aChangeOfPasswordIsRefused() throws PppException {
        ServerEnd server = open(AuthProtocol.MS_CHAP_V2);
        server.sent.clear();
        server.arrive(PppProtocol.CHAP, "0709000600ff");
        // RFC 2759 §6: "709 ERROR_CHANGING_PASSWORD"
        assertThat(server.next())
                .isEqualTo(chap(
                        "04",
                        9,
                        "E=709 R=0 C=" + CHALLENGE.toUpperCase(java.util.Locale.ROOT)
                                + " V=3 M=passwords are not changed here"));
        wire.run(20 * SECOND);
        assertThat(server.asked).isEmpty();
        assertThat(server.cause()).isEqualTo(Cause.AUTHENTICATION);
    }

    @Test
    void papAsksOnceAndRepeatsItsAnswer() throws PppException {
        ServerEnd server = open(AuthProtocol.PAP);
        server.arrive(PppProtocol.PAP, ServerEnd.PAP_REQUEST);
        server.arrive(PppProtocol.PAP, "0102000a027573027077");
        assertThat(server.next()).isEqualTo("nothing");
        server.ppp.accepted("hi", ServerEnd.network(), wire.now());
        // The identifier of the last request: a client that repeats itself counts on.
        assertThat(server.next()).isEqualTo("c023 02020007026869");
        server.sent.clear();
        // Repeated, and with another password: the same reply code, as RFC 1334 §2.2.1 has it, and nobody is asked.
        server.arrive(PppProtocol.PAP, "0103000a027573027077");
        server.arrive(PppProtocol.PAP, "0104000a027573027878");
        assertThat(server.next()).isEqualTo("c023 02030007026869");
        assertThat(server.next()).isEqualTo("c023 02040007026869");
        assertThat(server.asked).hasSize(1);
    }

    /** The frame's octets and the password that was read from them are two: the first is the server's to wipe, the other whoever's it was given to. */
    @Test
    void aFrameWithAPasswordIsWipedWhateverBecomesOfIt() throws PppException {
        ServerEnd early = new ServerEnd(wire, ServerEnd.terms(AuthProtocol.PAP)).start();
        ServerEnd other = open(AuthProtocol.MS_CHAP_V2);
        ServerEnd over = open(AuthProtocol.PAP);
        over.ppp.lowerDown(wire.now());
        ServerEnd server = open(AuthProtocol.PAP);
        for (ServerEnd each : List.of(early, other, over, server)) {
            for (String packet : List.of(ServerEnd.PAP_REQUEST, "0102000a02757302", "0301000a027573027077")) {
                byte[] octets = Octets.fromHex(packet).toByteArray();
                each.ppp.receivePap(Secret.taking(octets), wire.now());
                assertThat(octets).containsOnly(0);
            }
        }
        assertThat(early.asked).isEmpty();
        assertThat(((AuthRequest.Password) server.asked.getFirst()).password().expose())
                .isEqualTo("pw".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void papRefusesWithAMessageAndEnds() throws PppException {
        ServerEnd server = open(AuthProtocol.PAP);
        server.arrive(PppProtocol.PAP, ServerEnd.PAP_REQUEST);
        server.ppp.refused(RejectReason.BAD_CREDENTIALS, null, wire.now());
        assertThat(server.next()).startsWith("c023 0301");
        assertThat(server.next()).startsWith("c021 05");
        // The client's own Terminate-Request and the Ack to ours end it at once.
        server.arrive(PppProtocol.LCP, "05440004");
        assertThat(server.next()).isEqualTo("c021 06440004");
        server.arrive(PppProtocol.LCP, "06020004");
        assertThat(server.cause()).isEqualTo(Cause.AUTHENTICATION);
    }

    @Test
    void eapKeepsOneRequestAndOneStepAtATime() throws PppException {
        ServerEnd server = open(AuthProtocol.EAP);
        assertThat(server.eap).containsExactly(Octets.EMPTY);
        // Before there is a request nothing is a response.
        server.arrive(PppProtocol.EAP, "0207000501");
        assertThat(server.eap).hasSize(1);
        server.ppp.eapRequest(Octets.fromHex("0107000501"), wire.now());
        assertThat(server.next()).isEqualTo("c227 0107000501");
        // Unanswered, it is sent again.
        wire.run(4 * SECOND);
        assertThat(server.next()).isEqualTo("c227 0107000501");
        server.arrive(PppProtocol.EAP, "0206000501");
        server.arrive(PppProtocol.EAP, "0107000501");
        assertThat(server.eap).hasSize(1);
        // Padding is left out; the second one comes while the step is under way.
        server.arrive(PppProtocol.EAP, "020700060141ffff");
        server.arrive(PppProtocol.EAP, "020700060141");
        assertThat(server.eap).containsExactly(Octets.EMPTY, Octets.fromHex("020700060141"));
        // A RADIUS server that takes its time: no retransmission, no deadline, echoes go on.
        wire.run(90 * SECOND);
        assertThat(server.next()).isEqualTo("nothing");
        server.arrive(PppProtocol.LCP, "0905000800000000");
        assertThat(server.next()).startsWith("c021 0a05");
        server.ppp.eapSuccess(Octets.fromHex("03070004"), ServerEnd.network(), wire.now());
        assertThat(server.next()).isEqualTo("c227 03070004");
        assertThat(server.events).containsExactly("authenticated");
        server.arrive(PppProtocol.EAP, "020700060141");
        assertThat(server.eap).hasSize(2);
    }

    @Test
    void aRenegotiationWaitsForTheDecision() throws PppException {
        ServerEnd server = open(AuthProtocol.PAP);
        server.arrive(PppProtocol.PAP, ServerEnd.PAP_REQUEST);
        Octets anew = ControlPackets.encode(new ConfigureRequest(50, List.of(ConfigOption.ofInt(5, 50))));
        server.arrive(PppProtocol.LCP, anew);
        assertThat(server.next()).isEqualTo("nothing");
        server.ppp.accepted(null, ServerEnd.network(), wire.now());
        server.sent.clear();
        server.arrive(PppProtocol.LCP, anew);
        // Not asked again who it is.
        ConfigureRequest request =
                (ConfigureRequest) ControlPackets.decode(server.sent.getFirst().information());
        assertThat(ConfigOption.listed(request.options(), AuthOption.TYPE)).isFalse();
        assertThat(server.asked).hasSize(1);
    }

    @Test
    void aRenegotiationDuringAuthenticationBeginsThatAnewAndOpensNothing() throws PppException {
        ServerEnd server = open(AuthProtocol.EAP);
        server.ppp.eapRequest(Octets.fromHex("0107000501"), wire.now());
        server.sent.clear();
        server.arrive(
                PppProtocol.LCP, ControlPackets.encode(new ConfigureRequest(50, List.of(ConfigOption.ofInt(5, 50)))));
        ConfigureRequest request =
                (ConfigureRequest) ControlPackets.decode(server.sent.getFirst().information());
        assertThat(ConfigOption.listed(request.options(), AuthOption.TYPE)).isTrue();
        server.sent.removeLast();
        openLcp(server, 51);
        assertThat(server.eap).containsExactly(Octets.EMPTY, Octets.EMPTY);
        server.arrive(PppProtocol.EAP, "020700060141");
        server.arrive(PppProtocol.IPCP, "0101000a030600000000");
        assertThat(server.eap).hasSize(2);
        assertThat(server.events).isEmpty();
    }

    @Test
    void whoDoesNotSayWhoItIsIsEnded() throws PppException {
        for (AuthProtocol protocol : AuthProtocol.values()) {
            ServerEnd server = open(protocol);
            if (protocol == AuthProtocol.EAP) {
                server.ppp.eapRequest(Octets.fromHex("0107000501"), wire.now());
            }
            wire.run(100 * SECOND);
            assertThat(server.cause()).isEqualTo(Cause.AUTHENTICATION);
            assertThat(server.sentFrames).isLessThan(30);
        }
    }
}
