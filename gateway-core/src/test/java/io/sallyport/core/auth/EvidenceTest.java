package io.sallyport.core.auth;

import static io.sallyport.core.auth.TestAuthority.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.octets.Secret;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.Test;

/** What a grant rests on, and what withdraws it. */
class EvidenceTest {
    private final TestAuthority root = TestAuthority.root("CN=Root");
    private final TestAuthority other = TestAuthority.root("CN=Other");
    private final TestAuthority middle = root.issue("CN=Middle").authority().issue();
    private final X509Certificate leaf = leaf("CN=alice");

    private X509Certificate leaf(String name) {
        return middle.issue(name).purpose(KeyPurposeId.id_kp_clientAuth).certificate();
    }

    @Test
    void certificateHoldsWhileNothingOfItsPathIsRevoked() throws Exception {
        Evidence.CertifiedPath shown = shown();
        assertThat(trust(List.of(root, other), List.of()).holds(shown)).isTrue();
        assertThat(trust(List.of(root), List.of(Thumbprint.sha256(leaf("CN=bob"))))
                        .holds(shown))
                .isTrue();
        for (X509Certificate each : List.of(leaf, middle.certificate, root.certificate)) {
            assertThat(trust(List.of(root), List.of(Thumbprint.sha1(each))).holds(shown))
                    .isFalse();
            assertThat(trust(List.of(root), List.of(Thumbprint.sha256(each))).holds(shown))
                    .isFalse();
        }
    }

    /** An ECDSA signature has a twin, and with it the certificate has another thumbprint: both name it. */
    @Test
    void thumbprintOfTheTwinWithdrawsToo() throws Exception {
        List<byte[]> forms = CertificateForms.of(leaf, middle.certificate.getPublicKey());
        assertThat(forms).hasSize(2);
        for (byte[] form : forms) {
            assertThat(trust(List.of(root), List.of(Thumbprint.sha1(form))).holds(shown()))
                    .isFalse();
        }
    }

    @Test
    void rootThatIsNoLongerTrustedWithdraws() throws Exception {
        assertThat(trust(List.of(other), List.of()).holds(shown())).isFalse();
    }

    @Test
    void accountHoldsWhileItIsThereAndNotDisabled() {
        Evidence.LocalAccount bob = new Evidence.LocalAccount("bob");
        assertThat(users(user("bob", false)).holds(bob)).isTrue();
        assertThat(users(user("bob", true)).holds(bob)).isFalse();
        assertThat(users(user("Bob", false)).holds(bob)).isFalse();
    }

    private static LocalUsers users(LocalUser only) {
        return new LocalUsers(Map.of(only.name(), only), new FailureDamping(), new SecureRandom(), Instant::now);
    }

    @Test
    void grantOfSeveralCredentialsRestsOnAll() throws Exception {
        FailureDamping damping = new FailureDamping();
        Authenticator methods = Authenticators.of(
                List.of(
                        new CertificateAuthenticator(trust(List.of(root), List.of()), () -> NOW),
                        new LocalUsers(Map.of("bob", user("bob", false)), damping, new SecureRandom(), Instant::now)),
                damping);
        AuthRequest password =
                new AuthRequest.Password(Clients.ONE, "bob", Secret.ofChars("secret".toCharArray()), null);
        AuthDecision decision =
                methods.authenticate(new AuthRequest.Every(Clients.ONE, List.of(certificates(), password)));
        assertThat(decision)
                .isInstanceOfSatisfying(
                        AuthDecision.Accept.class,
                        accept -> assertThat(accept.grant().evidence())
                                .isEqualTo(Set.of(new Evidence.LocalAccount("bob"), shown())));
    }

    private AuthRequest certificates() {
        return new AuthRequest.CertificateChain(Clients.ONE, List.of(leaf, middle.certificate));
    }

    private Evidence.CertifiedPath shown() {
        try {
            CertificateAuthenticator judge = new CertificateAuthenticator(trust(List.of(root), List.of()), () -> NOW);
            AuthDecision.Accept accept = (AuthDecision.Accept) judge.authenticate(certificates());
            return (Evidence.CertifiedPath) accept.grant().evidence().iterator().next();
        } catch (CertificateTrust.InvalidTrustException e) {
            throw new AssertionError(e);
        }
    }

    private static CertificateTrust trust(Collection<TestAuthority> roots, Collection<String> revoked)
            throws CertificateTrust.InvalidTrustException {
        return CertificateTrust.of(roots.stream().map(each -> each.certificate).toList(), revoked);
    }

    private static LocalUser user(String name, boolean disabled) {
        Secret hash = MsChapV2Hashes.ntHash(Secret.ofChars("secret".toCharArray()));
        return new LocalUser(name, hash, disabled, Set.of(), null);
    }
}
