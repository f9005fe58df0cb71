package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.openvpn.control.ClientTerms;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Key derivation of before 2.6, our client's end against OpenVPN's own server: what it derives is what others derive. */
@Interop
class OldClientInteropTest {
    private static Lab lab;

    record Case(int protocols, String transport) {}

    static List<Case> cases() {
        return InteropMode.pick(
                List.of(new Case(ClientTerms.LIKE_2_4, "udp"), new Case(ClientTerms.LIKE_2_3, "tcp")),
                List.of(
                        new Case(ClientTerms.LIKE_2_5, "udp"),
                        new Case(ClientTerms.LIKE_2_5, "tcp"),
                        new Case(ClientTerms.LIKE_2_4, "udp"),
                        new Case(ClientTerms.LIKE_2_4, "tcp"),
                        new Case(ClientTerms.LIKE_2_3, "udp"),
                        new Case(ClientTerms.LIKE_2_3, "tcp")));
    }

    @BeforeAll
    static void open(Lab opened) {
        lab = opened;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void pingsThroughOpenVpnsOwnServerAndAgainWithTheNextKey(Case how) {
        TestAuthority authority = new TestAuthority("lab");
        OpenVpnServer server =
                OpenVpnServer.start(lab, authority, how.transport().equals("tcp"));
        Credentials own = authority.client("old");
        Running client = new Running(
                lab,
                "old-client",
                lab.client(1)
                        .command(JavaProgram.command(
                                List.of("-Xmx128m"),
                                OldClient.class.getName(),
                                lab.write("old-ca.crt", authority.certificate()).toString(),
                                lab.write("old.crt", own.certificate()).toString(),
                                lab.write("old.key", own.key()).toString(),
                                Integer.toString(how.protocols()),
                                how.transport())));
        client.awaitLog("answered\\R(?s:.*)answered", Duration.ofSeconds(90));
        // The client asks for new keys once, before its second question.
        assertThat(server.log()).containsPattern("(?s)Control Channel: TLSv.*Control Channel: TLSv");
    }
}
