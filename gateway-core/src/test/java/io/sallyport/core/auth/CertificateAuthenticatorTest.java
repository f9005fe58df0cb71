package io.sallyport.core.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.core.octets.Secret;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;

class CertificateAuthenticatorTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final Instant NOW = TestAuthority.NOW;

    private final TestAuthority root = TestAuthority.root("CN=Test Root");

    @Test
    void acceptsALeafOfTheRootAndNamesItsUser() throws Exception {
        X509Certificate leaf = root.issue("CN=alice,O=Example").certificate();
        AuthDecision decision = ask(trust(), leaf);
        assertThat(decision).isInstanceOfSatisfying(AuthDecision.Accept.class, accept -> {
            assertThat(accept.grant().user()).isEqualTo("alice");
            assertThat(accept.grant().thumbprint())
                    .isEqualTo(Thumbprint.sha256(leaf))
                    .hasSize(64);
            assertThat(accept.grant().keyingMaterial()).isNull();
        });
    }

    @Test
    void buildsThePathThroughIntermediatesInAnyOrder() throws Exception {
        TestAuthority first = root.issue("CN=One").authority().issue();
        TestAuthority second = first.issue("CN=Two").authority().issue();
        X509Certificate leaf = second.issue("CN=alice").certificate();
        X509Certificate stray = TestAuthority.root("CN=Stray").certificate;
        assertAccepted(ask(trust(), leaf, second.certificate, first.certificate));
        assertAccepted(ask(trust(), leaf, stray, first.certificate, root.certificate, second.certificate));
        assertRefused(ask(trust(), leaf, first.certificate), RejectReason.CERTIFICATE_UNKNOWN_CA);
    }

    @Test
    void findsItsRootAmongTwenty() throws Exception {
        List<X509Certificate> roots = otherRoots(19);
        roots.add(root.certificate);
        CertificateTrust trust = CertificateTrust.of(roots, List.of());
        assertAccepted(ask(trust, root.issue("CN=alice").certificate()));
    }

    @Test
    void refusesTheTwentyFirstRoot() {
        assertThatThrownBy(() -> CertificateTrust.of(otherRoots(21), List.of()))
                .isInstanceOf(CertificateTrust.InvalidTrustException.class)
                .hasMessage("at most 20 root certificates are allowed, and there are 21");
    }

    @Test
    void refusesToTrustNobodyAndThumbprintsThatAreNone() {
        assertThatThrownBy(() -> CertificateTrust.of(List.of(), List.of()))
                .isInstanceOf(CertificateTrust.InvalidTrustException.class);
        assertThatThrownBy(() -> CertificateTrust.of(List.of(root.certificate), List.of("12:34")))
                .isInstanceOf(CertificateTrust.InvalidTrustException.class)
                .hasMessageContaining("\"12:34\" is no thumbprint");
    }

    @Test
    void refusesUnknownAuthoritiesEvenOfTheSameName() throws Exception {
        X509Certificate leaf =
                TestAuthority.root("CN=Test Root").issue("CN=alice").certificate();
        AuthDecision.Reject reject = assertRefused(ask(trust(), leaf), RejectReason.CERTIFICATE_UNKNOWN_CA);
        assertThat(reject.detail()).contains("CN=alice", Thumbprint.sha256(leaf), "CN=Test Root");
    }

    @Test
    void refusesExpiredAndNotYetValidLeaves() throws Exception {
        X509Certificate old = root.issue("CN=alice")
                .valid(NOW.minus(DAY.multipliedBy(3)), NOW.minusSeconds(1))
                .certificate();
        X509Certificate young =
                root.issue("CN=alice").valid(NOW.plusSeconds(1), NOW.plus(DAY)).certificate();
        AuthDecision.Reject reject = assertRefused(ask(trust(), old), RejectReason.CERTIFICATE_EXPIRED);
        assertThat(reject.detail()).contains("CN=alice", Thumbprint.sha256(old), "2026-01-15T11:59:59Z");
        assertRefused(ask(trust(), young), RejectReason.CERTIFICATE_NOT_YET_VALID);
    }

    @Test
    void refusesExpiredIntermediatesAndRoots() throws Exception {
        TestAuthority expired = root.issue("CN=Old")
                .authority()
                .valid(NOW.minus(DAY), NOW.minusSeconds(1))
                .issue();
        AuthDecision.Reject reject = assertRefused(
                ask(trust(), expired.issue("CN=alice").certificate(), expired.certificate),
                RejectReason.CERTIFICATE_EXPIRED);
        assertThat(reject.detail()).contains("CN=Old");
        X509Certificate leaf = root.issue("CN=alice")
                .valid(NOW.minus(DAY), NOW.plus(DAY.multipliedBy(30)))
                .certificate();
        CertificateAuthenticator later = new CertificateAuthenticator(trust(), () -> NOW.plus(DAY.multipliedBy(20)));
        assertRefused(later.authenticate(chain(leaf)), RejectReason.CERTIFICATE_EXPIRED);
    }

    @Test
    void refusesRevokedLeavesIntermediatesAndRootsByEitherThumbprint() throws Exception {
        TestAuthority middle = root.issue("CN=Middle").authority().issue();
        X509Certificate leaf = middle.issue("CN=alice").certificate();
        for (X509Certificate revoked : List.of(leaf, middle.certificate, root.certificate)) {
            String colons = Thumbprint.sha1(revoked).toUpperCase(Locale.ROOT).replaceAll("(..)(?!$)", "$1:");
            for (String thumbprint : List.of(Thumbprint.sha256(revoked), "\u200e" + colons)) {
                CertificateTrust trust = CertificateTrust.of(List.of(root.certificate), List.of(thumbprint));
                AuthDecision.Reject reject =
                        assertRefused(ask(trust, leaf, middle.certificate), RejectReason.CERTIFICATE_REVOKED);
                assertThat(reject.detail()).contains(Thumbprint.sha256(revoked));
            }
        }
    }

    @Test
    void extendedKeyUsageMayBeAbsentOrMustAllowClients() throws Exception {
        assertAccepted(ask(
                trust(),
                root.issue("CN=a").purpose(KeyPurposeId.id_kp_clientAuth).certificate()));
        assertAccepted(ask(
                trust(),
                root.issue("CN=a").purpose(KeyPurposeId.anyExtendedKeyUsage).certificate()));
        assertAccepted(ask(
                trust(),
                root.issue("CN=a")
                        .purpose(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth)
                        .certificate()));
        assertRefused(
                ask(
                        trust(),
                        root.issue("CN=a")
                                .purpose(KeyPurposeId.id_kp_serverAuth)
                                .certificate()),
                RejectReason.CERTIFICATE_UNSUITABLE);
    }

    @Test
    void refusesKeyUsageWithoutSignatures() throws Exception {
        assertAccepted(ask(
                trust(),
                root.issue("CN=a")
                        .with(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                        .certificate()));
        assertRefused(
                ask(
                        trust(),
                        root.issue("CN=a")
                                .with(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyAgreement))
                                .certificate()),
                RejectReason.CERTIFICATE_UNSUITABLE);
    }

    @Test
    void refusesWeakSignaturesAndShortKeys() throws Exception {
        TestAuthority rsa = root.issue("CN=Rsa")
                .authority()
                .keys(TestAuthority.keys("RSA", 2048))
                .issue();
        assertAccepted(ask(trust(), rsa.issue("CN=a").signed("SHA256withRSA").certificate(), rsa.certificate));
        assertAccepted(
                ask(trust(), rsa.issue("CN=a").signed("SHA256withRSAandMGF1").certificate(), rsa.certificate));
        for (String weak : List.of("SHA1withRSA", "MD5withRSA", "SHA1withRSAandMGF1")) {
            assertRefused(
                    ask(trust(), rsa.issue("CN=a").signed(weak).certificate(), rsa.certificate),
                    RejectReason.CERTIFICATE_UNSUITABLE);
        }
        AuthDecision.Reject reject = assertRefused(
                ask(
                        trust(),
                        root.issue("CN=a").keys(TestAuthority.keys("RSA", 1024)).certificate()),
                RejectReason.CERTIFICATE_UNSUITABLE);
        assertThat(reject.detail()).contains("1024 bits");
    }

    @Test
    void refusesIssuersThatAreNoAuthorities() throws Exception {
        TestAuthority user = root.issue("CN=mallory")
                .with(Extension.basicConstraints, true, new BasicConstraints(false))
                .issue();
        assertRefused(
                ask(trust(), user.issue("CN=alice").certificate(), user.certificate),
                RejectReason.CERTIFICATE_UNSUITABLE);
        TestAuthority limited = root.issue("CN=Limited")
                .with(Extension.basicConstraints, true, new BasicConstraints(0))
                .issue();
        TestAuthority below = limited.issue("CN=Below").authority().issue();
        assertRefused(
                ask(trust(), below.issue("CN=alice").certificate(), below.certificate, limited.certificate),
                RejectReason.CERTIFICATE_UNSUITABLE);
    }

    @Test
    void refusesUnknownCriticalExtensionsARootAsLeafAndLongChains() throws Exception {
        X509Certificate odd = root.issue("CN=a")
                .with(new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1"), true, new DEROctetString(new byte[1]))
                .certificate();
        assertRefused(ask(trust(), odd), RejectReason.CERTIFICATE_UNSUITABLE);
        assertRefused(ask(trust(), root.certificate), RejectReason.CERTIFICATE_UNSUITABLE);
        X509Certificate leaf = root.issue("CN=a").certificate();
        X509Certificate[] chain = Collections.nCopies(11, leaf).toArray(X509Certificate[]::new);
        assertRefused(ask(trust(), chain), RejectReason.CERTIFICATE_UNSUITABLE);
        assertRefused(ask(trust()), RejectReason.CERTIFICATE_MISSING);
    }

    @Test
    void namesTheUserByAlternativeNameOrSubjectWhereThereIsNoCommonName() throws Exception {
        GeneralName mail = new GeneralName(GeneralName.rfc822Name, "alice@example.test");
        GeneralName dns = new GeneralName(GeneralName.dNSName, "host.example.test");
        GeneralName principal = new GeneralName(GeneralName.otherName, new DERSequence(new ASN1Encodable[] {
            new ASN1ObjectIdentifier("1.3.6.1.4.1.311.20.2.3"),
            new DERTaggedObject(true, 0, new DERUTF8String("alice@corp.example.test"))
        }));
        assertThat(userOf(root.issue("O=Example").alternative(dns, mail).certificate()))
                .isEqualTo("alice@example.test");
        assertThat(userOf(root.issue("O=Example").alternative(principal, mail).certificate()))
                .isEqualTo("alice@corp.example.test");
        assertThat(userOf(root.issue("OU=Staff,O=Example").alternative(dns).certificate()))
                .isEqualTo("OU=Staff,O=Example");
        assertThat(userOf(root.issue("CN=alice,CN=Users,O=Example").certificate()))
                .isEqualTo("alice");
    }

    @Test
    void refusesUserNamesThatCouldForgeALogLine() throws Exception {
        X509Certificate leaf = root.issue("CN=\"alice\nuser=root\"").certificate();
        AuthDecision.Reject reject = assertRefused(ask(trust(), leaf), RejectReason.CERTIFICATE_UNSUITABLE);
        assertThat(reject.detail()).doesNotContain("\n");
        assertRefused(
                ask(trust(), root.issue("CN=" + "a".repeat(254)).certificate()), RejectReason.CERTIFICATE_UNSUITABLE);
    }

    @Test
    void leavesOtherRequestsToOthers() throws Exception {
        try (Secret password = Secret.ofChars(new char[] {'x'})) {
            assertRefused(
                    new CertificateAuthenticator(trust(), () -> NOW)
                            .authenticate(new AuthRequest.Password(Clients.ONE, "alice", password, null)),
                    RejectReason.METHOD_UNSUPPORTED);
        }
    }

    private CertificateTrust trust() throws CertificateTrust.InvalidTrustException {
        return CertificateTrust.of(List.of(root.certificate), List.of());
    }

    private String userOf(X509Certificate leaf) throws Exception {
        return ((AuthDecision.Accept) ask(trust(), leaf)).grant().user();
    }

    private static List<X509Certificate> otherRoots(int count) {
        List<X509Certificate> roots = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            roots.add(TestAuthority.root("CN=Other " + i).certificate);
        }
        return roots;
    }

    static AuthDecision ask(CertificateTrust trust, X509Certificate... chain) {
        return new CertificateAuthenticator(trust, () -> NOW).authenticate(chain(chain));
    }

    private static AuthRequest chain(X509Certificate... chain) {
        return new AuthRequest.CertificateChain(Clients.ONE, List.of(chain));
    }

    static void assertAccepted(AuthDecision decision) {
        assertThat(decision).isInstanceOf(AuthDecision.Accept.class);
    }

    static AuthDecision.Reject assertRefused(AuthDecision decision, RejectReason reason) {
        assertThat(decision)
                .isInstanceOfSatisfying(
                        AuthDecision.Reject.class,
                        reject ->
                                assertThat(reject.reason()).as(reject.detail()).isEqualTo(reason));
        return (AuthDecision.Reject) decision;
    }
}
