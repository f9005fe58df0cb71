package io.sallyport.sstp.ppp;

import static io.sallyport.sstp.ppp.Wire.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.octets.Octets;
import io.sallyport.sstp.ppp.ControlPacket.ConfigureAck;
import io.sallyport.sstp.ppp.ControlPacket.ConfigureRequest;
import io.sallyport.sstp.ppp.PppEnd.Cause;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** LCP of the server, with a client that is played by hand. */
class LcpTest {
    private static final int LCP = PppProtocol.LCP;

    private final Wire wire = new Wire(1, 0);

    @Test
    void asksForMruAuthenticationAndMagicNumber() throws PppException {
        ServerEnd server = ServerEnd.started(wire, AuthProtocol.MS_CHAP_V2, AuthProtocol.EAP);
        ConfigureRequest request = (ConfigureRequest) server.last(LCP);
        assertThat(request.options().get(0)).isEqualTo(ConfigOption.ofShort(1, 1400));
        assertThat(request.options().get(1)).isEqualTo(AuthOption.of(AuthProtocol.MS_CHAP_V2));
        assertThat(request.options().get(2).type()).isEqualTo(5);
        assertThat(request.options()).hasSize(3);
    }

    /** The options of the request, and the answer with its options, without identifier and length. */
    @ParameterizedTest
    @CsvSource({
        "'', 02 ''",
        "01040578, 02 01040578",
        "01040240, 02 01040240",
        "01040100, 03 01040240",
        "010305, 03 010405dc",
        "0206000a0000, 02 0206000a0000",
        "02040000, 03 020600000000",
        "050612345678, 02 050612345678",
        "07020802, 02 07020802",
        "070300, 03 0702",
        // Callback, multilink MRRU, short sequence numbers, endpoint discriminator, quality, and one that nobody knows:
        // in one Reject.
        "0104057805061234567807020802 0d0306 110405dc 1202 1303 00 0408c02500000001 9902, 04 0d0306110405dc1202130300"
                + "0408c025000000019902",
        // The client wants the server to say who it is.
        "0305c22381, 04 0305c22381",
        "010405780104 0578, 04 01040578"
    })
    void answersLcpOptions(String options, String answer) {
        ServerEnd server = ServerEnd.started(wire, AuthProtocol.MS_CHAP_V2);
        server.sent.clear();
        server.arrive(LCP, ServerEnd.packet("0142", Octets.fromHex(options)));
        String[] expected = answer.replace("'", "").split(" ", 2);
        Octets given = Octets.fromHex(expected[1]);
        assertThat(server.next())
                .isEqualTo("c021 " + ServerEnd.packet(expected[0] + "42", given).toHex());
    }

    @Test
    void aMagicNumberLikeOursOrZeroIsNaked() throws PppException {
        ServerEnd server = ServerEnd.started(wire, AuthProtocol.MS_CHAP_V2);
        ConfigOption magic = ((ConfigureRequest) server.last(LCP)).options().get(2);
        for (ConfigOption option : List.of(magic, ConfigOption.ofInt(5, 0))) {
            server.arrive(LCP, ControlPackets.encode(new ConfigureRequest(9, List.of(option))));
            assertThat(server.last(LCP))
                    .isInstanceOfSatisfying(
                            ControlPacket.ConfigureNak.class,
                            nak -> assertThat(nak.options().getFirst().number()).isNotIn(0L, magic.number()));
        }
    }

    @Test
    void aPacketThatIsNoneIsCounted() {
        ServerEnd server = ServerEnd.started(wire, AuthProtocol.PAP);
        for (String bad : List.of("", "01", "01420003", "01420008", "014200050a", "014200060101", "014200060100")) {
            server.arrive(LCP, bad);
        }
        assertThat(server.discarded).isEqualTo(7);
    }

    /** What is rejected goes back whole, so nobody may send more than the gateway can. */
    @Test
    void whatIsLongerThanTheReceiveUnitIsDiscardedAndCounted() {
        ServerEnd server = ServerEnd.started(wire, AuthProtocol.PAP);
        server.sent.clear();
        String option = "99ff" + "ab".repeat(253);
        server.arrive(LCP, Octets.fromHex("01420ff9" + option.repeat(16) + "9905aabbcc"));
        assertThat(server.sent).isEmpty();
        assertThat(server.discarded).isEqualTo(1);
        server.arrive(LCP, Octets.fromHex("014305dc" + option.repeat(5) + "99dd" + "ab".repeat(219)));
        assertThat(server.sent).hasSize(1);
        assertThat(server.sent.getFirst().information().length()).isEqualTo(1500);
    }

    @Test
    void unknownCodesAreRejectedAndUnknownProtocolsToo() throws PppException {
        ServerEnd server = ServerEnd.started(wire, AuthProtocol.PAP);
        server.arrive(LCP, "0e060008000000aa");
        assertThat(server.last(LCP)).isInstanceOf(ControlPacket.CodeReject.class);
        // CCP before the network phase: silently discarded.
        int before = server.sentFrames;
        server.arrive(0x80fd, "0101000412");
        assertThat(server.sentFrames).isEqualTo(before);
        ServerEnd up = ServerEnd.authenticatedByPap(wire);
        up.sent.clear();
        up.arrive(0x80fd, "0101000a120600000001");
        assertThat(up.next()).matches("c021 08..001080fd0101000a120600000001");
        // No number of a protocol at all.
        up.arrive(0x1234, "0101");
        assertThat(up.next()).isEqualTo("nothing");
    }

    @Test
    void aProtocolRejectIsNoLongerThanTheClientsMru() throws PppException {
        ServerEnd server = ServerEnd.authenticatedByPap(wire);
        server.sent.clear();
        server.arrive(0x80fd, Octets.of(new byte[1500]));
        assertThat(server.sent.getFirst().information().length()).isEqualTo(1400);
    }

    /** Nobody asked for an answer; Windows says what it is three times in a row. */
    @Test
    void whatTheClientOnlyTellsIsNotAnswered() {
        ServerEnd server = ServerEnd.started(wire, AuthProtocol.PAP);
        int before = server.sentFrames;
        // Identification, Time-Remaining (RFC 1570 §2.1, §2.2)
        server.arrive(LCP, "0c060012000000aa4d5352415356352e3230");
        server.arrive(LCP, "0d07000c000000aa00000e10");
        assertThat(server.sentFrames).isEqualTo(before);
        assertThat(server.discarded).isZero();
        // Those that are cut short are no packets.
        server.arrive(LCP, "0c060007000000");
        server.arrive(LCP, "0d07000b000000aa000000");
        assertThat(server.discarded).isEqualTo(2);
        assertThat(server.sentFrames).isEqualTo(before);
    }

    /** "MSRASV5.20", then 16 octets of anything; and who is somebody else. */
    @Test
    void whoOnceWasWindowsStaysWindows() {
        ServerEnd server = ServerEnd.started(wire, AuthProtocol.PAP);
        server.arrive(LCP, "0c060012000000aa4d5352415356352e3230");
        server.arrive(LCP, "0c070018000000aa" + "f0".repeat(16));
        assertThat(server.ppp.isWindows()).isTrue();
        ServerEnd other = ServerEnd.started(wire, AuthProtocol.PAP);
        other.arrive(LCP, "0c06000c000000aa4d535241");
        other.arrive(LCP, "0c060008000000aa");
        assertThat(other.ppp.isWindows()).isFalse();
    }

    @Test
    void echoesAreAnsweredWithOurMagicNumberOnlyWhenLcpIsOpen() throws PppException {
        ServerEnd server = ServerEnd.started(wire, AuthProtocol.PAP);
        ConfigOption magic = ((ConfigureRequest)
                        ControlPackets.decode(server.sent.getLast().information()))
                .options()
                .get(2);
        server.arrive(LCP, "09050008 00000000");
        assertThat(server.sent).hasSize(1);
        server.agree(LCP);
        server.sent.clear();
        server.arrive(LCP, "0905000a 00000000 0102");
        assertThat(server.next()).isEqualTo("c021 0a05000a" + magic.data().toHex() + "0102");
        server.arrive(LCP, "0b050008 00000000");
        assertThat(server.next()).isEqualTo("nothing");
    }

    @Test
    void aSilentClientIsGivenUp() {
        ServerEnd server = ServerEnd.started(wire, AuthProtocol.PAP);
        wire.run(100 * SECOND);
        assertThat(server.cause()).isEqualTo(Cause.SILENCE);
        assertThat(server.sentFrames).isEqualTo(20);
    }

    @Test
    void aSilentClientOfAnOpenLinkIsAskedAndGivenUp() throws PppException {
        PppTerms usual = ServerEnd.terms(AuthProtocol.PAP);
        PppTerms terms = new PppTerms(
                usual.authentication(),
                "gateway",
                1400,
                usual.retry(),
                20,
                Duration.ofSeconds(600),
                Duration.ofSeconds(10),
                3,
                3);
        ServerEnd server = new ServerEnd(wire, terms).start();
        server.agree(LCP);
        server.sent.clear();
        wire.run(25 * SECOND);
        assertThat(server.sent).hasSize(2);
        server.ppp.heard(wire.now());
        wire.run(20 * SECOND);
        assertThat(server.end).isNull();
        wire.run(60 * SECOND);
        assertThat(server.cause()).isEqualTo(Cause.SILENCE);
    }

    @Test
    void anEndlessDanceOfNaksEnds() throws PppException {
        ServerEnd server = ServerEnd.started(wire, AuthProtocol.PAP);
        for (int i = 0; i < 200 && server.end == null; i++) {
            int identifier = i;
            server.sent.clear();
            server.nak(1 + identifier, "01040578");
            wire.run(SECOND / 10);
        }
        wire.run(20 * SECOND);
        assertThat(server.cause()).isEqualTo(Cause.NEGOTIATION);
        assertThat(server.sentFrames).isLessThan(30);
    }

    @Test
    void anEndlessDanceOfRequestsEnds() {
        ServerEnd server = ServerEnd.started(wire, AuthProtocol.PAP);
        for (int i = 0; i < 200 && server.end == null; i++) {
            server.arrive(LCP, "01" + Octets.of((byte) i).toHex() + "000801040100");
        }
        wire.run(20 * SECOND);
        assertThat(server.cause()).isEqualTo(Cause.NEGOTIATION);
        assertThat(server.sentFrames).isLessThan(30);
    }

    @Test
    void linksAreNegotiatedAnewOnlySoOften() throws PppException {
        ServerEnd server = ServerEnd.authenticatedByPap(wire);
        int times = 0;
        while (server.end == null && times < 100) {
            Octets anew = ControlPackets.encode(
                    new ConfigureRequest(times & 0xff, List.of(ConfigOption.ofInt(5, 1000 + times))));
            server.sent.clear();
            server.arrive(LCP, anew);
            if (ControlPackets.decode(server.sent.getFirst().information()) instanceof ConfigureRequest request) {
                assertThat(ConfigOption.listed(request.options(), AuthOption.TYPE))
                        .isFalse();
                server.arrive(LCP, ControlPackets.encode(new ConfigureAck(request.identifier(), request.options())));
                times++;
            } else {
                wire.run(20 * SECOND);
            }
        }
        assertThat(times).isEqualTo(Automaton.MAX_RENEGOTIATIONS);
        assertThat(server.cause()).isEqualTo(Cause.NEGOTIATION);
        assertThat(server.asked).hasSize(1);
    }

    @Test
    void terminateRequestsEndTheLinkAndAreAnswered() throws PppException {
        ServerEnd server = ServerEnd.authenticatedByPap(wire);
        server.sent.clear();
        server.arrive(LCP, "05090004");
        assertThat(server.next()).isEqualTo("c021 06090004");
        assertThat(server.cause()).isEqualTo(Cause.CLIENT);
        server.arrive(LCP, "05090004");
        server.ppp.accepted(null, ServerEnd.network(), wire.now());
        server.ppp.terminate("late", wire.now());
        wire.run(100 * SECOND);
        assertThat(server.next()).isEqualTo("nothing");
    }
}
