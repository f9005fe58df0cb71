package io.sallyport.sstp.ppp;

import static io.sallyport.sstp.ppp.Wire.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.sstp.ppp.ControlPacket.ConfigureRequest;
import io.sallyport.sstp.ppp.PppEnd.Cause;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the server and a client that is played by hand agree on of authentication, in LCP. */
class AuthenticationOptionTest {
    private static final int LCP = PppProtocol.LCP;

    private final Wire wire = new Wire(1, 0);

    /** What the client names instead of EAP, and what it is asked for then. */
    @ParameterizedTest
    @CsvSource({"0304c023, PAP", "0305c22381, MS_CHAP_V2", "0305c22305, MS_CHAP_V2", "0304c227, MS_CHAP_V2"})
    void fallsBackToWhatTheClientNamesOrInOrder(String named, AuthProtocol then) throws PppException {
        ServerEnd server = ServerEnd.started(wire, AuthProtocol.EAP, AuthProtocol.MS_CHAP_V2, AuthProtocol.PAP);
        assertThat(asked(server)).isEqualTo(AuthProtocol.EAP);
        server.nak(1, named);
        assertThat(asked(server)).isEqualTo(then);
    }

    /** What its last Configure-Request asks for. */
    private static @Nullable AuthProtocol asked(ServerEnd server) throws PppException {
        return AuthOption.read(((ConfigureRequest) server.last(LCP)).options().get(1));
    }

    @Test
    void aDowngradeToPapIsNotHad() throws PppException {
        ServerEnd server = ServerEnd.started(wire, AuthProtocol.MS_CHAP_V2);
        server.nak(1, "0304c023");
        wire.run(20 * SECOND);
        assertThat(server.cause()).isEqualTo(Cause.AUTHENTICATION);
        assertThat(server.asked).isEmpty();
    }

    @Test
    void aPapRequestWhereChapWasAgreedAsksNobody() throws PppException {
        ServerEnd server = ServerEnd.started(wire, AuthProtocol.MS_CHAP_V2, AuthProtocol.PAP);
        server.agree(LCP);
        server.arrive(PppProtocol.PAP, ServerEnd.PAP_REQUEST);
        assertThat(server.asked).isEmpty();
    }

    @Test
    void aClientThatRejectsAuthenticationIsEnded() {
        ServerEnd server = ServerEnd.started(wire, AuthProtocol.MS_CHAP_V2);
        server.arrive(LCP, "040100090305c22381");
        wire.run(20 * SECOND);
        assertThat(server.cause()).isEqualTo(Cause.AUTHENTICATION);
    }
}
