package io.sallyport.core.auth;

import static io.sallyport.core.auth.CertificateAuthenticatorTest.ask;
import static io.sallyport.core.auth.CertificateAuthenticatorTest.assertAccepted;
import static io.sallyport.core.auth.CertificateAuthenticatorTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.Test;

/** Other octets than those that were issued, which yet may verify: another thumbprint must let nobody around a list of them. */
class CertificateEncodingTest {
    private final TestAuthority root = TestAuthority.root("CN=Test Root");

    @Test
    void theTwinOfARevokedCertificatesSignatureIsRevokedToo() throws Exception {
        X509Certificate leaf = root.issue("CN=alice").certificate();
        X509Certificate twin = withTwinSignature(leaf);
        twin.verify(root.certificate.getPublicKey());
        assertThat(Thumbprint.sha256(twin)).isNotEqualTo(Thumbprint.sha256(leaf));

        for (String thumbprint : List.of(Thumbprint.sha256(leaf), Thumbprint.sha1(leaf))) {
            CertificateTrust trust = CertificateTrust.of(List.of(root.certificate), List.of(thumbprint));
            assertRefused(ask(trust, twin), RejectReason.CERTIFICATE_REVOKED);
            assertRefused(ask(trust, leaf), RejectReason.CERTIFICATE_REVOKED);
        }
        assertAccepted(ask(trust(), twin));
    }

    /** The last bits of the signature may be declared unused when they are zero: another thumbprint, the same signature. */
    @Test
    void aSignatureWithUnusedBitsIsRefused() throws Exception {
        X509Certificate leaf = evenSignature();
        byte[] der = leaf.getEncoded();
        der[der.length - leaf.getSignature().length - 1] = 1;
        X509Certificate other = parse(der);
        other.verify(root.certificate.getPublicKey());
        assertRefused(ask(trust(), other), RejectReason.CERTIFICATE_UNSUITABLE);
        assertAccepted(ask(trust(), leaf));
    }

    @Test
    void aNegativeIntegerInTheSignatureIsRefused() throws Exception {
        for (int i = 0; i < 200; i++) {
            X509Certificate leaf = root.issue("CN=alice").certificate();
            ASN1Sequence pair = ASN1Sequence.getInstance(leaf.getSignature());
            byte[] r = ((ASN1Integer) pair.getObjectAt(0)).getValue().toByteArray();
            if (r[0] == 0) {
                ASN1Integer negative = new ASN1Integer(Arrays.copyOfRange(r, 1, r.length));
                byte[] signature = new DERSequence(new ASN1Encodable[] {negative, pair.getObjectAt(1)}).getEncoded();
                assertThat(ask(trust(), withSignature(leaf, signature))).isInstanceOf(AuthDecision.Reject.class);
                return;
            }
        }
        throw new AssertionError("no signature begins with a zero octet");
    }

    private X509Certificate evenSignature() throws Exception {
        for (int i = 0; i < 200; i++) {
            X509Certificate leaf = root.issue("CN=alice").certificate();
            byte[] signature = leaf.getSignature();
            if ((signature[signature.length - 1] & 1) == 0) {
                return leaf;
            }
        }
        throw new AssertionError("no signature is even");
    }

    private static X509Certificate withTwinSignature(X509Certificate certificate) throws Exception {
        ASN1Sequence pair = ASN1Sequence.getInstance(certificate.getSignature());
        BigInteger order =
                ((ECPublicKey) TestAuthority.ecKeys().getPublic()).getParams().getOrder();
        BigInteger s = ((ASN1Integer) pair.getObjectAt(1)).getValue();
        return withSignature(
                certificate,
                new DERSequence(new ASN1Encodable[] {pair.getObjectAt(0), new ASN1Integer(order.subtract(s))})
                        .getEncoded());
    }

    private static X509Certificate withSignature(X509Certificate certificate, byte[] signature) throws Exception {
        ASN1Sequence parts = ASN1Sequence.getInstance(certificate.getEncoded());
        return parse(new DERSequence(
                        new ASN1Encodable[] {parts.getObjectAt(0), parts.getObjectAt(1), new DERBitString(signature)})
                .getEncoded());
    }

    private static X509Certificate parse(byte[] der) throws CertificateException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }

    @Test
    void noDamagedCertificateIsAcceptedOrThrows() throws Exception {
        TestAuthority middle = root.issue("CN=Middle").authority().issue();
        X509Certificate leaf = middle.issue("CN=alice")
                .purpose(KeyPurposeId.id_kp_clientAuth)
                .alternative(new GeneralName(GeneralName.rfc822Name, "alice@example.test"))
                .certificate();
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        Random random = new Random(509);
        int judged = 0;
        for (int i = 0; i < 1500; i++) {
            byte[] der = leaf.getEncoded();
            der[random.nextInt(der.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                X509Certificate damaged = (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
                assertThat(ask(trust(), damaged, middle.certificate)).isInstanceOf(AuthDecision.Reject.class);
                judged++;
            } catch (CertificateException _) {
                // not even a certificate: no protocol would ask
            }
        }
        assertThat(judged).isPositive();
    }

    private CertificateTrust trust() throws CertificateTrust.InvalidTrustException {
        return CertificateTrust.of(List.of(root.certificate), List.of());
    }
}
