package io.sallyport.sstp.ppp;

import static io.sallyport.sstp.ppp.Wire.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.octets.Octets;
import io.sallyport.sstp.ppp.PppEnd.Cause;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The network control protocols of the server, with a client that is played by hand. */
class NetworkPhaseTest {
    private static final int LCP = PppProtocol.LCP;

    private final Wire wire = new Wire(1, 0);

    @Test
    void networkProtocolsBeforeAuthenticationAreDiscarded() throws PppException {
        ServerEnd server = ServerEnd.started(wire, AuthProtocol.PAP);
        server.agree(LCP);
        server.sent.clear();
        server.arrive(PppProtocol.IPCP, "0101000a030600000000");
        assertThat(server.next()).isEqualTo("nothing");
        assertThat(server.events).isEmpty();
    }

    @Test
    void nothingIsSentOrAwaitedOnceWhatCarriesItIsGone() throws PppException {
        ServerEnd server = ServerEnd.started(wire, AuthProtocol.PAP);
        server.agree(LCP);
        server.sent.clear();
        server.cutWhenAuthenticated = true;
        server.arrive(PppProtocol.PAP, ServerEnd.PAP_REQUEST);
        server.ppp.accepted("welcome", ServerEnd.network(), wire.now());
        // The Ack, which came before.
        assertThat(server.next()).startsWith("c023 02");
        wire.run(600 * SECOND);
        server.arrive(LCP, "01420004");
        assertThat(server.sent).isEmpty();
        assertThat(server.events).doesNotContain("opened IPV4");
        assertThat(server.end).isNull();
    }

    @ParameterizedTest
    @CsvSource({"1280, true", "1279, false"})
    void ipv6IsNotForAClientThatTakesLessThanItsLeastPacket(int mru, boolean offered) throws PppException {
        ServerEnd server = ServerEnd.authenticatedByPap(wire, ServerEnd.network(), ConfigOption.ofShort(1, mru));
        assertThat(server.sent.stream().map(ServerEnd.Frame::protocol))
                .contains(PppProtocol.IPCP)
                .matches(all -> all.contains(PppProtocol.IPV6CP) == offered);
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
        assertAnswer(PppProtocol.IPCP, options, answer);
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
        assertAnswer(PppProtocol.IPV6CP, options, answer);
    }

    /** @param answer the code, and the options that come with it */
    private void assertAnswer(int protocol, String options, String answer) throws PppException {
        ServerEnd server = ServerEnd.authenticatedByPap(wire);
        server.sent.clear();
        server.arrive(protocol, ServerEnd.packet("0142", Octets.fromHex(options)));
        Octets given = Octets.fromHex(answer.substring(3));
        assertThat(server.next())
                .isEqualTo(Integer.toHexString(protocol) + " "
                        + ServerEnd.packet(answer.substring(0, 2) + "42", given).toHex());
    }

    @Test
    void aFamilyWithoutTermsIsProtocolRejected() throws PppException {
        NetworkTerms all = ServerEnd.network();
        ServerEnd server =
                ServerEnd.authenticatedByPap(wire, new NetworkTerms(all.ipv4(), all.gatewayIpv4(), List.of(), 0, 0));
        server.sent.clear();
        server.arrive(PppProtocol.IPV6CP, "0101000e010a0000000000000000");
        assertThat(server.next()).matches("c021 08..00148057.*");
        // One name server less than asked for, none at all: rejected.
        server.arrive(PppProtocol.IPCP, "01020016030600000000810600000000830600000000");
        assertThat(server.next()).isEqualTo("8021 04020010810600000000830600000000");
    }

    @Test
    void protocolRejectClosesAFamilyAndTheLastOneTheLink() throws PppException {
        ServerEnd server = ServerEnd.authenticatedByPap(wire);
        server.agree(PppProtocol.IPCP, IpcpOptions.of(3, ServerEnd.address("10.1.0.5")));
        assertThat(server.events).endsWith("opened IPV4");
        server.arrive(LCP, "080100068057");
        assertThat(server.end).isNull();
        server.arrive(LCP, "080200068021");
        wire.run(20 * SECOND);
        assertThat(server.events).endsWith("closed IPV4", "ended NEGOTIATION");
    }

    @Test
    void aClientThatOpensNoFamilyIsEnded() throws PppException {
        ServerEnd server = ServerEnd.authenticatedByPap(wire);
        // It answers, so that the automaton goes on, and never agrees.
        for (int i = 0; i < 70; i++) {
            wire.run(SECOND);
            server.arrive(LCP, "09050008 00000000");
        }
        wire.run(20 * SECOND);
        assertThat(server.cause()).isEqualTo(Cause.NEGOTIATION);
    }

    /** The client asked for LCP anew, agrees to all that it is asked, and never asks itself. */
    @Test
    void whoNegotiatesAnewWithoutEndIsGivenAMinute() throws PppException {
        ServerEnd server = ServerEnd.authenticatedByPap(wire);
        server.agree(PppProtocol.IPV6CP, ConfigOption.ofLong(1, ServerEnd.CLIENT_ID));
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
        wire.run(50 * SECOND);
        assertThat(server.end).isNull();
        wire.run(30 * SECOND);
        assertThat(server.cause()).isEqualTo(Cause.NEGOTIATION);
    }
}
