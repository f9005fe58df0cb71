package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Thirty stock clients, half over UDP and half over TCP, each a user of its own. */
@Interop
class ManyClientsInteropTest {
    private static final int CLIENTS = 30;

    private static Lab lab;

    @BeforeAll
    static void open(Lab opened) {
        lab = opened;
    }

    @Test
    void thirtyAtOnceAllReachTheHostAndNotEachOther() {
        TestAuthority authority = new TestAuthority("many");
        Gateway gateway = Gateway.init(lab);
        gateway.configuration()
                .add(
                        "/auth/certificate/roots",
                        lab.write("many.crt", authority.certificate()).toString())
                .save();
        ClientProfile exported = gateway.export(null).withoutCertificate().without("auth-user-pass");
        gateway.run();

        List<OpenVpnClient> clients = new ArrayList<>();
        for (int n = 1; n <= CLIENTS; n++) {
            ClientProfile own = exported.withCertificate(authority.client("user" + n));
            clients.add(OpenVpnClient.start(lab, lab.client(n), n % 2 == 0 ? own.overTcp() : own.overUdp()));
        }
        clients.forEach(client -> client.awaitLog(OpenVpnClient.UP, Duration.ofSeconds(90)));
        clients.forEach(client -> Ping.answers(client.namespace(), Lab.HOST));

        assertThat(clients.stream().map(OpenVpnClient::address).distinct()).hasSize(CLIENTS);
        assertThat(gateway.sessions().entries()).hasSize(CLIENTS);
        Ping.staysUnanswered(clients.get(0).namespace(), clients.get(1).address());
    }
}
