package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** All that comes to TCP 443 at the same time: OpenVPN, SSTP, browsers and who is lost. */
@Interop(processesStay = true)
class Port443InteropTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String PASSWORD = "only for this test";

    private static Lab lab;
    private static Gateway gateway;

    @BeforeAll
    static void open(Lab opened) {
        lab = opened;
        gateway = Gateway.init(lab);
        gateway.addUser("bob", PASSWORD);
        gateway.issue("alice");
        gateway.run();
    }

    @Test
    void openVpnAndSstpAtTheSameTime() {
        Iperf.serve(lab, lab.host());
        UserModeLinux machine = UserModeLinux.boot(lab, 1);
        ClientProfile profile = gateway.export("alice").overTcp();
        try (OpenVpnClient openVpn = OpenVpnClient.connect(lab, lab.client(2), profile);
                SstpClient sstp = SstpClient.start(gateway, machine, "bob", PASSWORD, SstpClient.MSCHAPV2)) {
            sstp.awaitUp().route("10.20.0.0/16");
            assertThat(gateway.sessions().entries())
                    .extracting(Sessions.Entry::privateAddress)
                    .containsExactlyInAnyOrder(openVpn.address(), sstp.address());
            for (Place inside : List.of(machine, openVpn.namespace())) {
                Ping.answers(inside, Lab.HOST);
            }
            Running download = Iperf.begin(lab, openVpn.namespace(), Lab.HOST, Iperf.Direction.DOWN, 3);
            Ping.answers(machine, Lab.HOST);
            assertThat(browse()).startsWith("HTTP/1.1 404");
            Iperf.megabits(download, 3);
            Iperf.megabits(machine, Lab.HOST, Iperf.Direction.DOWN, 2);
            Ping.answers(openVpn.namespace(), Lab.HOST);
            Ping.answers(lab.host(), sstp.address());
            Ping.answers(lab.host(), openVpn.address());
        }
    }

    @Test
    void aBrowserGetsAPlainPageThatSaysNothing() {
        String page = browse();
        assertThat(page).startsWith("HTTP/1.1 404");
        assertThat(page).doesNotContainIgnoringCase("sallyport").doesNotContainIgnoringCase("sstp");
    }

    @Test
    void whatIsNeitherTlsNorOpenVpnIsClosedWithoutAWord() {
        Command.Outcome plain = lab.client(3)
                .run(
                        LIMIT,
                        "bash",
                        "-c",
                        "exec 3<>/dev/tcp/" + Lab.GATEWAY + "/443; printf 'GET / HTTP/1.1\\r\\nHost: "
                                + Lab.GATEWAY_NAME + "\\r\\n\\r\\n' >&3; cat <&3");
        assertThat(plain.status()).as("it was closed").isNotEqualTo(-1);
        assertThat(plain.out()).isEmpty();
    }

    /** An HTTPS request whose certificate is verified; what the gateway answers until it closes. */
    private static String browse() {
        return lab.client(3)
                .run(
                        LIMIT,
                        "bash",
                        "-c",
                        "printf 'GET / HTTP/1.1\\r\\nHost: " + Lab.GATEWAY_NAME
                                + "\\r\\nUser-Agent: Mozilla/5.0\\r\\nAccept: text/html\\r\\n\\r\\n'"
                                + " | openssl s_client -quiet -verify_return_error -verify_hostname " + Lab.GATEWAY_NAME
                                + " -servername " + Lab.GATEWAY_NAME + " -CAfile " + gateway.authority()
                                + " -connect " + Lab.GATEWAY + ":443 2>/dev/null")
                .out();
    }
}
