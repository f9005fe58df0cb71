package io.sallyport.core.auth;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** A certificate with its key, and what it issues. All are valid from {@link #NOW} minus a day for ten days unless told otherwise. */
final class TestAuthority {
    static final Instant NOW = Instant.parse("2026-01-15T12:00:00Z");

    private static long serial = 1;

    final X509Certificate certificate;
    private final KeyPair keys;

    private TestAuthority(X509Certificate certificate, KeyPair keys) {
        this.certificate = certificate;
        this.keys = keys;
    }

    static TestAuthority root(String name) {
        return new Issue(name, null).authority().issue();
    }

    Issue issue(String name) {
        return new Issue(name, this);
    }

    static KeyPair ecKeys() {
        return keys("EC", 256);
    }

    static KeyPair keys(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static final class Issue {
        private record Entry(ASN1ObjectIdentifier id, boolean critical, ASN1Encodable value) {}

        private final String name;
        private final @Nullable TestAuthority issuer;
        private final List<Entry> extensions = new ArrayList<>();
        private KeyPair keys = ecKeys();
        private String signature = "SHA256withECDSA";
        private Instant notBefore = NOW.minus(Duration.ofDays(1));
        private Instant notAfter = NOW.plus(Duration.ofDays(9));

        private Issue(String name, @Nullable TestAuthority issuer) {
            this.name = name;
            this.issuer = issuer;
        }

        Issue authority() {
            return with(Extension.basicConstraints, true, new BasicConstraints(true))
                    .with(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        }

        Issue with(ASN1ObjectIdentifier id, boolean critical, ASN1Encodable value) {
            extensions.add(new Entry(id, critical, value));
            return this;
        }

        Issue purpose(KeyPurposeId... purposes) {
            return with(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(purposes));
        }

        Issue alternative(GeneralName... names) {
            return with(Extension.subjectAlternativeName, false, new GeneralNames(names));
        }

        Issue valid(Instant from, Instant to) {
            notBefore = from;
            notAfter = to;
            return this;
        }

        Issue keys(KeyPair other) {
            keys = other;
            return this;
        }

        Issue signed(String algorithm) {
            signature = algorithm;
            return this;
        }

        X509Certificate certificate() {
            return issue().certificate;
        }

        @SuppressWarnings("JavaUtilDate") // Bouncy Castle's builder takes nothing else
        TestAuthority issue() {
            try {
                X500Principal subject = new X500Principal(name);
                X500Principal by = issuer == null ? subject : issuer.certificate.getSubjectX500Principal();
                JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                        by,
                        BigInteger.valueOf(serial++),
                        Date.from(notBefore),
                        Date.from(notAfter),
                        subject,
                        keys.getPublic());
                for (Entry each : extensions) {
                    builder.addExtension(each.id, each.critical, each.value);
                }
                KeyPair signer = issuer == null ? keys : issuer.keys;
                X509Certificate certificate = new JcaX509CertificateConverter()
                        .getCertificate(builder.build(new JcaContentSignerBuilder(signature)
                                .setProvider(new BouncyCastleProvider())
                                .build(signer.getPrivate())));
                return new TestAuthority(certificate, keys);
            } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
