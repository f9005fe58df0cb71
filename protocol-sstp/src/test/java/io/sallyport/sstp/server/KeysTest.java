package io.sallyport.sstp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.Authenticator;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.EapConversation;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.sstp.ppp.PppLogin;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The crypto binding is worth what its key is worth: who decides must give one, except for PAP, which makes none. */
@Timeout(120)
class KeysTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String NO_KEYS =
            "alice: the authenticator gave no keys, and without them nothing binds the client to its TLS connection";

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void msChapV2WithoutKeysIsRefused(boolean empty) throws Exception {
        try (SstpSite site = new SstpSite()) {
            Authenticator users = site.judge;
            site.judge = request -> {
                AuthDecision.Accept accept = (AuthDecision.Accept) users.authenticate(request);
                Grant bare = accept.grant().withoutSecrets();
                return new AuthDecision.Accept(
                        empty ? bare.withKeyingMaterial(Secret.taking(new byte[0])) : bare, accept.message());
            };
            try (Visitor alice = site.connect("right")) {
                assertThat(alice.closed()).startsWith("649 ");
            }
            await().atMost(SOON).until(() -> site.server.connections() == 0);
            assertThat(site.refusals).containsExactly(NO_KEYS);
            assertThat(site.events).isEmpty();
        }
    }

    @Test
    void eapWithoutKeysIsRefused() throws Exception {
        try (SstpSite site = new SstpSite()) {
            site.judge = keyless();
            PppLogin login = new PppLogin.Eap(new AnyEap());
            try (Visitor alice = new Visitor(site.config(login), site.loops.next(), SstpSite.password(""))) {
                assertThat(alice.closed()).contains("EAP-Failure");
            }
            await().atMost(SOON).until(() -> site.server.connections() == 0);
            assertThat(site.refusals).containsExactly(NO_KEYS);
            assertThat(site.events).isEmpty();
        }
    }

    /** What a RADIUS server sends along with PAP is not what the client knows. */
    @Test
    void keysThatComeWithPapAreNotTheBindings() throws Exception {
        try (SstpSite site = new SstpSite();
                Secret password = SstpSite.password("right")) {
            Authenticator users = site.judge;
            site.judge = request -> new AuthDecision.Accept(((AuthDecision.Accept) users.authenticate(request))
                    .grant()
                    .withKeyingMaterial(Secret.taking(
                            "0123456789abcdef0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII))));
            PppLogin login = new PppLogin.Pap("alice", password);
            try (Visitor alice = new Visitor(site.config(login), site.loops.next(), SstpSite.password(""))) {
                assertThat(alice.ipv4()).isNotNull();
            }
        }
    }

    /** Says yes to whoever says anything. */
    private static Authenticator keyless() {
        return new Authenticator() {
            @Override
            public AuthDecision authenticate(AuthRequest request) {
                return new AuthDecision.Reject(RejectReason.METHOD_UNSUPPORTED, "EAP alone");
            }

            @Override
            public EapConversation eap(ClientContext client) {
                return new EapConversation() {
                    @Override
                    public Step receive(Octets response) {
                        return response.isEmpty()
                                ? new Step.Request(Octets.fromHex("0105000501"))
                                : new Step.Success(Octets.fromHex("03050004"), Grant.of("alice"));
                    }

                    @Override
                    public void close() {}
                };
            }
        };
    }
}
