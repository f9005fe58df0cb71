package io.sallyport.core.tls;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority for tests, and what it issues. */
public final class TestPki {
    /** The algorithm of every key of one authority. */
    public enum Keys {
        RSA("RSA", "SHA256withRSA"),
        ECDSA("EC", "SHA256withECDSA");

        private final String algorithm;
        private final String signature;

        Keys(String algorithm, String signature) {
            this.algorithm = algorithm;
            this.signature = signature;
        }
    }

    private final Keys keys;
    private final PrivateKey key;
    private final X509Certificate root;

    public TestPki(Keys keys) {
        this.keys = keys;
        KeyPair pair = newPair();
        this.key = pair.getPrivate();
        this.root = certificate("test root", pair, "test root", null, true);
    }

    public X509Certificate root() {
        return root;
    }

    /** A server's credentials, with the name as subject alternative name. */
    public TlsCredentials server(String name) {
        KeyPair pair = newPair();
        return new TlsCredentials(
                List.of(certificate(name, pair, "test root", KeyPurposeId.id_kp_serverAuth, false)), pair.getPrivate());
    }

    public TlsCredentials client(String name) {
        KeyPair pair = newPair();
        return new TlsCredentials(
                List.of(certificate(name, pair, "test root", KeyPurposeId.id_kp_clientAuth, false)), pair.getPrivate());
    }

    private X509Certificate certificate(
            String subject,
            KeyPair pair,
            String issuer,
            @org.jspecify.annotations.Nullable KeyPurposeId purpose,
            boolean authority) {
        try {
            Instant now = Instant.now();
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    new X500Name("CN=" + issuer),
                    new BigInteger(64, new SecureRandom()),
                    Date.from(now.minus(1, ChronoUnit.DAYS)),
                    Date.from(now.plus(1, ChronoUnit.DAYS)),
                    new X500Name("CN=" + subject),
                    pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            int usage = authority ? KeyUsage.keyCertSign | KeyUsage.cRLSign : KeyUsage.digitalSignature;
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
            if (purpose != null) {
                builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(new GeneralName(GeneralName.dNSName, subject)));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(
                            new JcaContentSignerBuilder(keys.signature).build(authority ? pair.getPrivate() : key)));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private KeyPair newPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(keys.algorithm);
            if (keys == Keys.ECDSA) {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            } else {
                generator.initialize(2048);
            }
            return generator.generateKeyPair();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
