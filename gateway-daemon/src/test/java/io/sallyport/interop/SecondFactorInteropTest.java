package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An authenticator that takes its time, or asks for a code, and a stock client; and a configuration of 200 routes. */
@Interop
class SecondFactorInteropTest {
    private static final Duration SOON = Duration.ofSeconds(40);

    private static Lab lab;
    private static TestAuthority authority;

    @BeforeAll
    static void open(Lab opened) {
        lab = opened;
        authority = new TestAuthority("lab");
    }

    /** Without AUTH_PENDING a client gives up after its hand-window: 12 s here and 20 s of thinking, or the usual 60 s and 75 s. */
    @Test
    void aClientWaitsForAnAuthenticatorBeyondItsOwnPatience() {
        int thinking = InteropMode.pick(20, 75);
        String patience = InteropMode.pick("12", "60");
        AskingGateway.start(lab, authority, "think", Integer.toString(thinking));
        OpenVpnClient client = OpenVpnClient.start(
                lab,
                lab.client(1),
                profile().withPassword(lab, "alice", AskingGateway.PASSWORD),
                "--hand-window",
                patience);
        client.awaitLog("AUTH_PENDING", Duration.ofSeconds(30));
        client.awaitLog(OpenVpnClient.UP, Duration.ofSeconds(thinking + 40));
        assertThat(client.log()).doesNotContain("process restarting");
        // More than one message: continued, and every route is there.
        String routes =
                lab.client(1).run("ip", "route", "show", "dev", "tun0").orFail().out();
        assertThat(routes.lines().filter(line -> line.startsWith("10.77."))).hasSize(AskingGateway.ROUTES);
    }

    @Test
    void aUserIsAskedForACodeAndComesInWithIt() {
        AskingGateway.start(lab, authority, "ask");
        Path socket = lab.newDirectory("management").resolve("socket");
        List<String> options = new ArrayList<>(Management.options(socket));
        options.addAll(List.of("--auth-retry", "interact"));
        OpenVpnClient client = OpenVpnClient.start(
                lab, lab.client(2), profile().with("auth-user-pass"), options.toArray(String[]::new));
        try (Management user = Management.connect(socket)) {
            user.await(">PASSWORD:Need 'Auth' username/password", SOON);
            user.login("alice", AskingGateway.PASSWORD);
            Matcher asked = user.await("CRV1:R:([0-9a-f]+):YWxpY2U=:Your code", SOON);
            user.await(">PASSWORD:Need 'Auth' username/password", SOON);
            user.login("alice", "CRV1::" + asked.group(1) + "::" + AskingGateway.CODE);
            client.awaitUp();
        }
    }

    /** Neither the remembered password nor the token brings it back. */
    @Test
    void aSessionTimeoutMakesTheClientAskItsUserAgain() {
        AskingGateway.start(lab, authority, "expire", "4");
        Path socket = lab.newDirectory("management").resolve("socket");
        OpenVpnClient client = OpenVpnClient.start(
                lab,
                lab.client(1),
                profile().with("auth-user-pass"),
                Management.options(socket).toArray(String[]::new));
        try (Management user = Management.connect(socket)) {
            user.await(">PASSWORD:Need 'Auth' username/password", SOON);
            user.login("alice", AskingGateway.PASSWORD);
            client.awaitUp();
            int before = client.mark();
            client.awaitSince(before, "server-pushed-connection-reset", SOON);
            user.await(">PASSWORD:Need 'Auth' username/password", SOON);
            assertThat(client.log().substring(before)).doesNotContain(OpenVpnClient.UP);
            user.login("alice", AskingGateway.PASSWORD);
            client.awaitSince(before, OpenVpnClient.UP, SOON);
        }
    }

    private static ClientProfile profile() {
        return new ClientProfile("client\ndev tun\nnobind\nremote-cert-tls server\n")
                .withBlock("ca", authority.certificate())
                .overUdp();
    }
}
