package io.sallyport.core.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AuthenticatorsTest {
    private final AtomicLong nanos = new AtomicLong();
    private final FailureDamping damping = new FailureDamping(3, Duration.ofMinutes(1), nanos::get);
    private final TestAuthority root = TestAuthority.root("CN=Root");
    private final LocalUsers local = new LocalUsers(
            Map.of("alice", LocalUsersTest.user("alice", "wonderland", false)),
            damping,
            new SecureRandom(),
            Instant::now);

    private Authenticator both() throws Exception {
        CertificateTrust trust = CertificateTrust.of(List.of(root.certificate), List.of());
        return Authenticators.of(List.of(new CertificateAuthenticator(trust, () -> TestAuthority.NOW), local), damping);
    }

    private AuthRequest certificate(String subject) {
        return new AuthRequest.CertificateChain(
                Clients.ONE, List.of(root.issue(subject).certificate()));
    }

    @Test
    void asksWhoeverCanJudge() throws Exception {
        assertThat(both().authenticate(certificate("CN=bob"))).isInstanceOf(AuthDecision.Accept.class);
        assertThat(ask(both(), "alice", "wonderland")).isInstanceOf(AuthDecision.Accept.class);
        assertThat(reason(ask(both(), "alice", "wrong"))).isEqualTo(RejectReason.BAD_CREDENTIALS);
    }

    @Test
    void saysSoWhenNobodyCan() throws Exception {
        Authenticator localOnly = Authenticators.of(List.of(local), damping);
        assertThat(reason(localOnly.authenticate(certificate("CN=bob")))).isEqualTo(RejectReason.METHOD_UNSUPPORTED);
        assertThat(reason(Authenticators.of(List.of(), damping).authenticate(certificate("CN=bob"))))
                .isEqualTo(RejectReason.METHOD_UNSUPPORTED);
    }

    @Test
    void goesOnToTheNextForAnUnknownUserOnly() throws Exception {
        Authenticator next = _ -> new AuthDecision.Accept(Grant.of("from the next"));
        assertThat(((AuthDecision.Accept) ask(Authenticators.of(List.of(local, next), damping), "zoe", "x"))
                        .grant()
                        .user())
                .isEqualTo("from the next");
        Authenticator disabled = _ -> new AuthDecision.Reject(RejectReason.ACCOUNT_DISABLED, "disabled");
        assertThat(reason(ask(Authenticators.of(List.of(disabled, next), damping), "zoe", "x")))
                .isEqualTo(RejectReason.ACCOUNT_DISABLED);
    }

    @Test
    void everyPartMustBeAcceptedAndTheLastNamesTheUser() throws Exception {
        AuthDecision decision = every(both(), certificate("CN=device"), "alice", "wonderland");
        assertThat(decision).isInstanceOfSatisfying(AuthDecision.Accept.class, accept -> {
            assertThat(accept.grant().user()).isEqualTo("alice");
            assertThat(accept.grant().groups()).containsExactly("staff");
            assertThat(accept.grant().thumbprint()).isNotNull().hasSize(64);
        });
        assertThat(reason(every(both(), certificate("CN=device"), "alice", "wrong")))
                .isEqualTo(RejectReason.BAD_CREDENTIALS);
        AuthRequest stranger = new AuthRequest.CertificateChain(
                Clients.ONE,
                List.of(TestAuthority.root("CN=Other").issue("CN=x").certificate()));
        assertThat(reason(every(both(), stranger, "alice", "wonderland")))
                .isEqualTo(RejectReason.CERTIFICATE_UNKNOWN_CA);
        assertThat(reason(both().authenticate(new AuthRequest.Every(Clients.ONE, List.of()))))
                .isEqualTo(RejectReason.CREDENTIALS_MISSING);
    }

    @Test
    void aChallengeIsTheAnswerToEvery() throws Exception {
        Authenticator asking = _ -> new AuthDecision.Challenge("code?", true, Octets.of((byte) 1));
        assertThat(every(Authenticators.of(List.of(asking), damping), certificate("CN=x"), "alice", "x"))
                .isInstanceOf(AuthDecision.Challenge.class);
    }

    @Test
    void refusesUnseenAfterTooManyFailuresButFromThisSourceOnly() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Authenticator counting = request -> {
            asked.incrementAndGet();
            return local.authenticate(request);
        };
        Authenticator all = Authenticators.of(List.of(counting), damping);
        for (int i = 0; i < 3; i++) {
            assertThat(reason(ask(all, "alice", "guess " + i))).isEqualTo(RejectReason.BAD_CREDENTIALS);
        }
        AuthDecision refused = ask(all, "alice", "wonderland");
        assertThat(reason(refused)).isEqualTo(RejectReason.TOO_BUSY);
        assertThat(((AuthDecision.Reject) refused).detail()).contains("failed attempts", "alice");
        assertThat(asked).hasValue(3);
        assertThat(ask(all, Clients.from("192.0.2.2"), "alice", "wonderland")).isInstanceOf(AuthDecision.Accept.class);
        assertThat(reason(ask(all, "bob", "x"))).isEqualTo(RejectReason.BAD_CREDENTIALS);
        nanos.addAndGet(Duration.ofSeconds(61).toNanos());
        assertThat(ask(all, "alice", "wonderland")).isInstanceOf(AuthDecision.Accept.class);
    }

    @Test
    void theRightPasswordForgetsTheFailuresBefore() throws Exception {
        Authenticator all = Authenticators.of(List.of(local), damping);
        for (int i = 0; i < 10; i++) {
            assertThat(reason(ask(all, "alice", "guess"))).isEqualTo(RejectReason.BAD_CREDENTIALS);
            assertThat(ask(all, "alice", "wonderland")).isInstanceOf(AuthDecision.Accept.class);
        }
    }

    @Test
    void anIpv6SourceIsItsNetworkOf64() throws Exception {
        Authenticator all = Authenticators.of(List.of(local), damping);
        for (int i = 0; i < 3; i++) {
            assertThat(reason(ask(all, Clients.from("2001:db8::" + i), "alice", "guess")))
                    .isEqualTo(RejectReason.BAD_CREDENTIALS);
        }
        assertThat(reason(ask(all, Clients.from("2001:db8::99"), "alice", "wonderland")))
                .isEqualTo(RejectReason.TOO_BUSY);
        assertThat(ask(all, Clients.from("2001:db8:1::1"), "alice", "wonderland"))
                .isInstanceOf(AuthDecision.Accept.class);
    }

    @Test
    void eapThatEndsHereIsSharedByAllWhoOfferIt() throws Exception {
        EapMethod other = new ScriptedMethod(99);
        Authenticator first = offering(other);
        Authenticator all = Authenticators.of(List.of(first, both()), damping);
        assertThat(all.eapMethods(Clients.ONE)).extracting(EapMethod::type).containsExactly(99, EapPackets.MSCHAPV2);
        try (EapConversation conversation = all.eap(Clients.ONE)) {
            Octets offered =
                    conversation.receive(TestEapPeer.response(1, 1, (byte) 'a')).packet();
            assertThat(offered.at(4)).isEqualTo((byte) 99);
            Octets next = conversation
                    .receive(TestEapPeer.response(offered.at(1), EapPackets.NAK, (byte) EapPackets.MSCHAPV2))
                    .packet();
            assertThat(next.at(4)).isEqualTo((byte) EapPackets.MSCHAPV2);
        }
    }

    @Test
    void aRelayHasTheWholeConversationWhereItComesFirst() {
        EapConversation relayed = EapServer.of(List.of(new ScriptedMethod(1)));
        Authenticator relay = new Authenticator() {
            @Override
            public AuthDecision authenticate(AuthRequest request) {
                return new AuthDecision.Reject(RejectReason.METHOD_UNSUPPORTED, "relays");
            }

            @Override
            public EapConversation eap(ClientContext client) {
                return relayed;
            }
        };
        assertThat(Authenticators.of(List.of(relay), damping).eap(Clients.ONE)).isSameAs(relayed);
        assertThat(Authenticators.of(List.of(relay, local), damping).eap(Clients.ONE))
                .isSameAs(relayed);
        assertThat(Authenticators.of(List.of(local, relay), damping).eap(Clients.ONE))
                .isNotSameAs(relayed)
                .isInstanceOf(EapServer.class);
    }

    @Test
    void nobodyOffersEapWhereNobodyCan() {
        assertThat(Authenticators.of(List.of(), damping).eap(Clients.ONE)).isEqualTo(EapConversation.REFUSING);
    }

    private static Authenticator offering(EapMethod method) {
        return new Authenticator() {
            @Override
            public AuthDecision authenticate(AuthRequest request) {
                return new AuthDecision.Reject(RejectReason.METHOD_UNSUPPORTED, "EAP only");
            }

            @Override
            public List<EapMethod> eapMethods(ClientContext client) {
                return List.of(method);
            }
        };
    }

    @Test
    void guessesThroughEapAreDampedToo() throws Exception {
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            TestEapPeer peer = new TestEapPeer("alice");
            try (EapConversation conversation = both().eap(Clients.ONE)) {
                Octets request =
                        conversation.receive(TestEapPeer.response(1, 1)).packet();
                do {
                    request =
                            conversation.receive(peer.answer(request, "guess")).packet();
                    messages.add(TestEapPeer.message(request));
                } while (messages.getLast().contains("R=1"));
            }
        }
        assertThat(messages).hasSize(4);
        assertThat(messages.subList(0, 3)).noneMatch(each -> each.contains("busy"));
        assertThat(messages.getLast()).contains("busy");
    }

    private AuthDecision ask(Authenticator authenticator, String user, String password) throws Exception {
        return ask(authenticator, Clients.ONE, user, password);
    }

    private AuthDecision ask(Authenticator authenticator, ClientContext client, String user, String password)
            throws Exception {
        try (Secret secret = Secret.taking(password.getBytes(StandardCharsets.UTF_8))) {
            return authenticator.authenticate(new AuthRequest.Password(client, user, secret, null));
        }
    }

    private AuthDecision every(Authenticator authenticator, AuthRequest first, String user, String password)
            throws Exception {
        try (Secret secret = Secret.taking(password.getBytes(StandardCharsets.UTF_8))) {
            return authenticator.authenticate(new AuthRequest.Every(
                    Clients.ONE, List.of(first, new AuthRequest.Password(Clients.ONE, user, secret, null))));
        }
    }

    private static RejectReason reason(AuthDecision decision) {
        assertThat(decision).isInstanceOf(AuthDecision.Reject.class);
        return ((AuthDecision.Reject) decision).reason();
    }
}
