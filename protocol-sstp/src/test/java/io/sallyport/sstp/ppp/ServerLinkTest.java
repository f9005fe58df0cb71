package io.sallyport.sstp.ppp;

import static io.sallyport.sstp.ppp.Wire.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.octets.Octets;
import io.sallyport.sstp.ppp.ControlPacket.ConfigureAck;
import io.sallyport.sstp.ppp.ControlPacket.ConfigureRequest;
import io.sallyport.sstp.ppp.PppEnd.Cause;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server against a client that is played by hand. */
class ServerLinkTest {
    private static final int LCP = PppProtocol.LCP;

    private final Wire wire = new Wire(1, 0);

    private ServerEnd server(AuthProtocol... protocols) {
        return new ServerEnd(wire, ServerEnd.terms(protocols)).start();
    }

    private static ControlPacket last(ServerEnd server, int protocol) throws PppException {
        ServerEnd.Frame frame = server.sent.removeLast();
        assertThat(frame.protocol()).isEqualTo(protocol);
        return ControlPackets.decode(frame.information());
    }

    /** Acks the server's last request and asks for the options. */
    private static void agree(ServerEnd server, int protocol, ConfigOption... options) throws PppException {
        ConfigureRequest request = null;
        for (ServerEnd.Frame frame : server.sent) {
            if (frame.protocol() == protocol
                    && ControlPackets.decode(frame.information()) instanceof ConfigureRequest r) {
                request = r;
            }
        }
        if (request == null) {
            throw new AssertionError("no Configure-Request of " + Integer.toHexString(protocol));
        }
        server.sent.clear();
        server.arrive(protocol, ControlPackets.encode(new ConfigureAck(request.identifier(), request.options())));
        server.arrive(protocol, ControlPackets.encode(new ConfigureRequest(0x77, List.of(options))));
    }

    private ServerEnd authenticatedByPap() throws PppException {
        ServerEnd server = server(AuthProtocol.PAP);
        agree(server, LCP);
        server.sent.clear();
        server.arrive(PppProtocol.PAP, "0101000a027573027077");
        server.ppp.accepted("welcome", ServerEnd.network(), wire.now());
        return server;
    }

    /** What is rejected goes back whole, so nobody may send more than the gateway can. */
    @Test
    void whatIsLongerThanTheReceiveUnitIsDiscardedAndCounted() {
        ServerEnd server = server(AuthProtocol.PAP);
        server.sent.clear();
        String option = "99ff" + "ab".repeat(253);
        server.arrive(LCP, Octets.fromHex("01420ff9" + option.repeat(16) + "9905aabbcc"));
        assertThat(server.sent).isEmpty();
        assertThat(server.discarded).isEqualTo(1);
        server.arrive(LCP, Octets.fromHex("014305dc" + option.repeat(5) + "99dd" + "ab".repeat(219)));
        assertThat(server.sent).hasSize(1);
        assertThat(server.sent.getFirst().information().length()).isEqualTo(1500);
    }

    @ParameterizedTest
    @CsvSource({"1280, true", "1279, false"})
    void ipv6IsNotForAClientThatTakesLessThanItsLeastPacket(int mru, boolean offered) throws PppException {
        ServerEnd server = server(AuthProtocol.PAP);
        agree(server, LCP, ConfigOption.ofShort(1, mru));
        server.arrive(PppProtocol.PAP, "0101000a027573027077");
        server.sent.clear();
        server.ppp.accepted("welcome", ServerEnd.network(), wire.now());
        assertThat(server.sent.stream().map(ServerEnd.Frame::protocol))
                .contains(PppProtocol.IPCP)
                .matches(all -> all.contains(PppProtocol.IPV6CP) == offered);
    }

    @Test
    void aPacketThatIsNoneIsCounted() {
        ServerEnd server = server(AuthProtocol.PAP);
        for (String bad : List.of("", "01", "01420003", "01420008", "014200050a", "014200060101", "014200060100")) {
            server.arrive(LCP, bad);
        }
        assertThat(server.discarded).isEqualTo(7);
    }

    /** The client asked for LCP anew, agrees to all that it is asked, and never asks itself. */
    @Test
    void whoNegotiatesAnewWithoutEndIsGivenAMinute() throws PppException {
        ServerEnd server = authenticatedByPap();
        agree(server, PppProtocol.IPV6CP, ConfigOption.ofLong(1, ServerEnd.CLIENT_ID));
        assertThat(server.events).contains("opened IPV6");
        // A Terminate-Ack that nobody asked for begins it.
        server.arrive(LCP, "06010004");
        assertThat(server.events).contains("closed IPV6");
        server.peer = (protocol, information) -> {
            if (protocol == LCP && information.at(0) == ControlPacket.CONFIGURE_REQUEST) {
                server.arrive(
                        LCP, "02" + information.slice(1, information.length()).toHex());
            }
        };
        wire.run(50 * Wire.SECOND);
        assertThat(server.end).isNull();
        wire.run(30 * Wire.SECOND);
        assertThat(server.cause()).isEqualTo(PppEnd.Cause.NEGOTIATION);
    }

    @Test
    void nothingIsSentOrAwaitedOnceWhatCarriesItIsGone() throws PppException {
        ServerEnd server = server(AuthProtocol.PAP);
        agree(server, LCP);
        server.sent.clear();
        server.cutWhenAuthenticated = true;
        server.arrive(PppProtocol.PAP, "0101000a027573027077");
        server.ppp.accepted("welcome", ServerEnd.network(), wire.now());
        // The Ack, which came before.
        assertThat(server.next()).startsWith("c023 02");
        wire.run(600 * Wire.SECOND);
        server.arrive(LCP, "01420004");
        assertThat(server.sent).isEmpty();
        assertThat(server.events).doesNotContain("opened IPV4");
        assertThat(server.end).isNull();
    }

    @Test
    void asksForMruAuthenticationAndMagicNumber() throws PppException {
        ServerEnd server = server(AuthProtocol.MS_CHAP_V2, AuthProtocol.EAP);
        ConfigureRequest request = (ConfigureRequest) last(server, LCP);
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
        ServerEnd server = server(AuthProtocol.MS_CHAP_V2);
        server.sent.clear();
        Octets body = Octets.fromHex(options);
        server.arrive(LCP, Octets.fromHex("0142" + length(body) + body.toHex()));
        String[] expected = answer.replace("'", "").split(" ", 2);
        Octets given = Octets.fromHex(expected[1]);
        assertThat(server.next()).isEqualTo("c021 " + expected[0] + "42" + length(given) + given.toHex());
    }

    private static String length(Octets body) {
        return Octets.of((byte) 0, (byte) (body.length() + 4)).toHex();
    }

    @Test
    void aMagicNumberLikeOursOrZeroIsNaked() throws PppException {
        ServerEnd server = server(AuthProtocol.MS_CHAP_V2);
        ConfigOption magic = ((ConfigureRequest) last(server, LCP)).options().get(2);
        for (ConfigOption option : List.of(magic, ConfigOption.ofInt(5, 0))) {
            server.arrive(LCP, ControlPackets.encode(new ConfigureRequest(9, List.of(option))));
            assertThat(last(server, LCP))
                    .isInstanceOfSatisfying(
                            ControlPacket.ConfigureNak.class,
                            nak -> assertThat(nak.options().getFirst().number()).isNotIn(0L, magic.number()));
        }
    }

    /** What the client names instead of EAP, and what it is asked for then. */
    @ParameterizedTest
    @CsvSource({"0304c023, PAP", "0305c22381, MS_CHAP_V2", "0305c22305, MS_CHAP_V2", "0304c227, MS_CHAP_V2"})
    void fallsBackToWhatTheClientNamesOrInOrder(String named, AuthProtocol then) throws PppException {
        ServerEnd server = server(AuthProtocol.EAP, AuthProtocol.MS_CHAP_V2, AuthProtocol.PAP);
        assertThat(AuthOption.read(
                        ((ConfigureRequest) last(server, LCP)).options().get(1)))
                .isEqualTo(AuthProtocol.EAP);
        nakAuthentication(server, 1, named);
        assertThat(AuthOption.read(
                        ((ConfigureRequest) last(server, LCP)).options().get(1)))
                .isEqualTo(then);
    }

    private static void nakAuthentication(ServerEnd server, int identifier, String option) {
        Octets body = Octets.fromHex(option);
        server.arrive(LCP, Octets.fromHex("03" + Octets.of((byte) identifier).toHex() + length(body) + body.toHex()));
    }

    @Test
    void aDowngradeToPapIsNotHad() throws PppException {
        ServerEnd server = server(AuthProtocol.MS_CHAP_V2);
        nakAuthentication(server, 1, "0304c023");
        wire.run(20 * SECOND);
        assertThat(server.cause()).isEqualTo(Cause.AUTHENTICATION);
        assertThat(server.asked).isEmpty();
    }

    @Test
    void aPapRequestWhereChapWasAgreedAsksNobody() throws PppException {
        ServerEnd server = server(AuthProtocol.MS_CHAP_V2, AuthProtocol.PAP);
        agree(server, LCP);
        server.arrive(PppProtocol.PAP, "0101000a027573027077");
        assertThat(server.asked).isEmpty();
    }

    @Test
    void aClientThatRejectsAuthenticationIsEnded() {
        ServerEnd server = server(AuthProtocol.MS_CHAP_V2);
        server.arrive(LCP, "040100090305c22381");
        wire.run(20 * SECOND);
        assertThat(server.cause()).isEqualTo(Cause.AUTHENTICATION);
    }

    @Test
    void aSilentClientIsGivenUp() {
        ServerEnd server = server(AuthProtocol.PAP);
        wire.run(100 * SECOND);
        assertThat(server.cause()).isEqualTo(Cause.SILENCE);
        assertThat(server.sentFrames).isEqualTo(20);
    }

    @Test
    void anEndlessDanceOfNaksEnds() throws PppException {
        ServerEnd server = server(AuthProtocol.PAP);
        for (int i = 0; i < 200 && server.end == null; i++) {
            int identifier = i;
            server.sent.clear();
            nakAuthentication(server, 1 + identifier, "01040578");
            wire.run(SECOND / 10);
        }
        wire.run(20 * SECOND);
        assertThat(server.cause()).isEqualTo(Cause.NEGOTIATION);
        assertThat(server.sentFrames).isLessThan(30);
    }

    @Test
    void anEndlessDanceOfRequestsEnds() {
        ServerEnd server = server(AuthProtocol.PAP);
        for (int i = 0; i < 200 && server.end == null; i++) {
            server.arrive(LCP, "01" + Octets.of((byte) i).toHex() + "000801040100");
        }
        wire.run(20 * SECOND);
        assertThat(server.cause()).isEqualTo(Cause.NEGOTIATION);
        assertThat(server.sentFrames).isLessThan(30);
    }

    @Test
    void unknownCodesAreRejectedAndUnknownProtocolsToo() throws PppException {
        ServerEnd server = server(AuthProtocol.PAP);
        server.arrive(LCP, "0e060008000000aa");
        assertThat(last(server, LCP)).isInstanceOf(ControlPacket.CodeReject.class);
        // CCP before the network phase: silently discarded.
        int before = server.sentFrames;
        server.arrive(0x80fd, "0101000412");
        assertThat(server.sentFrames).isEqualTo(before);
        ServerEnd up = authenticatedByPap();
        up.sent.clear();
        up.arrive(0x80fd, "0101000a120600000001");
        assertThat(up.next()).matches("c021 08..001080fd0101000a120600000001");
        // No number of a protocol at all.
        up.arrive(0x1234, "0101");
        assertThat(up.next()).isEqualTo("nothing");
    }

    /** Nobody asked for an answer; Windows says what it is three times in a row. */
    @Test
    void whatTheClientOnlyTellsIsNotAnswered() {
        ServerEnd server = server(AuthProtocol.PAP);
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
        ServerEnd server = server(AuthProtocol.PAP);
        server.arrive(LCP, "0c060012000000aa4d5352415356352e3230");
        server.arrive(LCP, "0c070018000000aa" + "f0".repeat(16));
        assertThat(server.ppp.isWindows()).isTrue();
        ServerEnd other = server(AuthProtocol.PAP);
        other.arrive(LCP, "0c06000c000000aa4d535241");
        other.arrive(LCP, "0c060008000000aa");
        assertThat(other.ppp.isWindows()).isFalse();
    }

    @Test
    void aProtocolRejectIsNoLongerThanTheClientsMru() throws PppException {
        ServerEnd server = authenticatedByPap();
        server.sent.clear();
        server.arrive(0x80fd, Octets.of(new byte[1500]));
        assertThat(server.sent.getFirst().information().length()).isEqualTo(1400);
    }

    @Test
    void echoesAreAnsweredWithOurMagicNumberOnlyWhenLcpIsOpen() throws PppException {
        ServerEnd server = server(AuthProtocol.PAP);
        ConfigOption magic = ((ConfigureRequest)
                        ControlPackets.decode(server.sent.getLast().information()))
                .options()
                .get(2);
        server.arrive(LCP, "09050008 00000000");
        assertThat(server.sent).hasSize(1);
        agree(server, LCP);
        server.sent.clear();
        server.arrive(LCP, "0905000a 00000000 0102");
        assertThat(server.next()).isEqualTo("c021 0a05000a" + magic.data().toHex() + "0102");
        server.arrive(LCP, "0b050008 00000000");
        assertThat(server.next()).isEqualTo("nothing");
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
                java.time.Duration.ofSeconds(600),
                java.time.Duration.ofSeconds(10),
                3,
                3);
        ServerEnd server = new ServerEnd(wire, terms).start();
        agree(server, LCP);
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
    void networkProtocolsBeforeAuthenticationAreDiscarded() throws PppException {
        ServerEnd server = server(AuthProtocol.PAP);
        agree(server, LCP);
        server.sent.clear();
        server.arrive(PppProtocol.IPCP, "0101000a030600000000");
        assertThat(server.next()).isEqualTo("nothing");
        assertThat(server.events).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "030600000000, 03 03060a010005",
        "03060a010005, 02 03060a010005",
        "03060a0100058106000000008306000000 00, 03 81060a0100 3583060a010036",
        "03060a010005 81060a010035 83060a010036, 02 03060a010005 81060a010035 83060a010036",
        "03060a010005 0206002d0f01, 04 0206002d0f01",
        "030600000000 820600000000 840600000000 010a0000000000000000, 04 820600000000 840600000000 010a0000000000000000",
        "0304 0a01, 03 03060a010005",
        // Nothing asked for: told what to ask for.
        "'', 03 03060a010005"
    })
    void answersIpcpOptions(String options, String answer) throws PppException {
        ServerEnd server = authenticatedByPap();
        server.sent.clear();
        Octets body = Octets.fromHex(options);
        server.arrive(PppProtocol.IPCP, Octets.fromHex("0142" + length(body) + body.toHex()));
        Octets given = Octets.fromHex(answer.substring(3));
        assertThat(server.next()).isEqualTo("8021 " + answer.substring(0, 2) + "42" + length(given) + given.toHex());
    }

    @ParameterizedTest
    @CsvSource({
        "010a0000000000000000, 03 010a0200000000000011",
        "010a0200000000000001, 03 010a0200000000000011",
        "010a0200000000000011, 02 010a0200000000000011",
        "010a0200000000000011 0204004f, 04 0204004f",
        "'', 03 010a0200000000000011"
    })
    void answersIpv6cpOptions(String options, String answer) throws PppException {
        ServerEnd server = authenticatedByPap();
        server.sent.clear();
        Octets body = Octets.fromHex(options);
        server.arrive(PppProtocol.IPV6CP, Octets.fromHex("0142" + length(body) + body.toHex()));
        Octets given = Octets.fromHex(answer.substring(3));
        assertThat(server.next()).isEqualTo("8057 " + answer.substring(0, 2) + "42" + length(given) + given.toHex());
    }

    @Test
    void aFamilyWithoutTermsIsProtocolRejected() throws PppException {
        ServerEnd server = server(AuthProtocol.PAP);
        agree(server, LCP);
        server.arrive(PppProtocol.PAP, "0101000a027573027077");
        NetworkTerms all = ServerEnd.network();
        server.ppp.accepted(null, new NetworkTerms(all.ipv4(), all.gatewayIpv4(), List.of(), 0, 0), wire.now());
        server.sent.clear();
        server.arrive(PppProtocol.IPV6CP, "0101000e010a0000000000000000");
        assertThat(server.next()).matches("c021 08..00148057.*");
        // One name server less than asked for, none at all: rejected.
        server.arrive(PppProtocol.IPCP, "01020016030600000000810600000000830600000000");
        assertThat(server.next()).isEqualTo("8021 04020010810600000000830600000000");
    }

    @Test
    void protocolRejectClosesAFamilyAndTheLastOneTheLink() throws PppException {
        ServerEnd server = authenticatedByPap();
        agree(server, PppProtocol.IPCP, IpcpOptions.of(3, ServerEnd.address("10.1.0.5")));
        assertThat(server.events).endsWith("opened IPV4");
        server.arrive(LCP, "080100068057");
        assertThat(server.end).isNull();
        server.arrive(LCP, "080200068021");
        wire.run(20 * SECOND);
        assertThat(server.events).endsWith("closed IPV4", "ended NEGOTIATION");
    }

    @Test
    void aClientThatOpensNoFamilyIsEnded() throws PppException {
        ServerEnd server = authenticatedByPap();
        // It answers, so that the automaton goes on, and never agrees.
        for (int i = 0; i < 70; i++) {
            wire.run(SECOND);
            server.arrive(LCP, "09050008 00000000");
        }
        wire.run(20 * SECOND);
        assertThat(server.cause()).isEqualTo(Cause.NEGOTIATION);
    }

    @Test
    void linksAreNegotiatedAnewOnlySoOften() throws PppException {
        ServerEnd server = authenticatedByPap();
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
        ServerEnd server = authenticatedByPap();
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
