package io.sallyport.interop;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority that is not the gateway's own: for certificates that {@code cert issue} rightly would not make. */
final class TestAuthority {
    private static final Duration DAY = Duration.ofDays(1);

    private final X500Principal name;
    /** RSA or EC. */
    private final String algorithm;

    private final KeyPair keys;
    private final X509Certificate certificate;

    TestAuthority(String commonName) {
        this(commonName, "EC");
    }

    /** @param algorithm of all keys: RSA or EC */
    TestAuthority(String commonName, String algorithm) {
        this.algorithm = algorithm;
        keys = keyPair();
        name = new X500Principal("CN=" + commonName);
        certificate = sign(
                name,
                keys,
                Instant.now().minus(DAY),
                Instant.now().plus(DAY),
                true,
                KeyPurposeId.anyExtendedKeyUsage,
                keys.getPrivate());
    }

    String certificate() {
        try {
            return Credentials.pem("CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    Credentials client(String commonName) {
        return leaf(commonName, Instant.now().plus(DAY), KeyPurposeId.id_kp_clientAuth);
    }

    Credentials expiredClient(String commonName) {
        return leaf(commonName, Instant.now().minus(Duration.ofHours(1)), KeyPurposeId.id_kp_clientAuth);
    }

    Credentials server(String commonName) {
        return leaf(commonName, Instant.now().plus(DAY), KeyPurposeId.id_kp_serverAuth);
    }

    private Credentials leaf(String commonName, Instant until, KeyPurposeId purpose) {
        try {
            KeyPair leaf = keyPair();
            X500Principal subject = new X500Principal("CN=" + commonName);
            return Credentials.of(
                    sign(subject, leaf, Instant.now().minus(DAY), until, false, purpose, keys.getPrivate()),
                    leaf.getPrivate());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private X509Certificate sign(
            X500Principal subject,
            KeyPair pair,
            Instant from,
            Instant until,
            boolean authority,
            KeyPurposeId purpose,
            PrivateKey signer) {
        try {
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    name,
                    new BigInteger(64, new SecureRandom()),
                    Date.from(from),
                    Date.from(until),
                    subject,
                    pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            int usage = authority ? KeyUsage.keyCertSign | KeyUsage.cRLSign : KeyUsage.digitalSignature;
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
            if (!authority) {
                builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(new GeneralName(
                                GeneralName.dNSName, subject.getName().replaceFirst("^CN=", ""))));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(
                            new JcaContentSignerBuilder(algorithm.equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA")
                                    .build(signer)));
        } catch (CertIOException | OperatorCreationException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (algorithm.equals("RSA")) {
                generator.initialize(2048);
            } else {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
