package io.sallyport.daemon.pki;

import io.sallyport.daemon.files.PrivateFiles;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
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
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** The built-in authority: one self-signed RSA certificate that signs the server's and the clients' (RFC 5280). */
public final class CertificateAuthority {
    /** RSA throughout: iOS refuses ECDSA server certificates in connections made by hand. */
    private static final int AUTHORITY_KEY_BITS = 3072;

    private static final int LEAF_KEY_BITS = 2048;
    private static final Duration AUTHORITY_VALIDITY = Duration.ofDays(3652);

    /** What Apple's systems take at most from an authority that the user installed. */
    public static final Duration LEAF_VALIDITY = Duration.ofDays(825);

    /** Clocks differ; a certificate is valid since a little before it was made. */
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);

    private final X509Certificate certificate;
    private final PrivateKey key;
    private final SecureRandom random;

    private CertificateAuthority(X509Certificate certificate, PrivateKey key, SecureRandom random) {
        this.certificate = certificate;
        this.key = key;
        this.random = random;
    }

    /** A certificate, its key, and the certificate of the authority that signed it. */
    public record Issued(X509Certificate certificate, PrivateKey key, X509Certificate issuer) {}

    public static CertificateAuthority create(String name, SecureRandom random) {
        try {
            KeyPair pair = rsa(AUTHORITY_KEY_BITS, random);
            X500Name subject = commonName(name);
            X509v3CertificateBuilder builder = builder(subject, subject, pair.getPublic(), AUTHORITY_VALIDITY, random);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(pair.getPublic()));
            return new CertificateAuthority(sign(builder, pair.getPrivate()), pair.getPrivate(), random);
        } catch (CertIOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("the JDK cannot make an RSA certificate", e);
        }
    }

    public static CertificateAuthority load(Path certificateFile, Path keyFile, SecureRandom random)
            throws PemException {
        X509Certificate certificate = Pem.certificates(certificateFile).getFirst();
        PrivateKey key = Pem.privateKey(keyFile);
        if (!KeyMatch.matches(certificate.getPublicKey(), key)) {
            throw new PemException("is not the key of " + certificateFile);
        }
        return new CertificateAuthority(certificate, key, random);
    }

    /** Writes both parts, the key with mode 0600. */
    public void store(Path certificateFile, Path keyFile) throws IOException {
        PrivateFiles.write(keyFile, Pem.text(key));
        PrivateFiles.write(certificateFile, Pem.text(certificate));
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** For a gateway that clients reach as {@code name}: serverAuth, with the name as dNSName, and as iPAddress too when it is an address. */
    public Issued issueServer(String name, Duration validity) {
        GeneralName dnsName = new GeneralName(GeneralName.dNSName, name);
        GeneralNames names = isAddress(name)
                // Windows looks for the address among the dNSNames.
                ? new GeneralNames(new GeneralName[] {dnsName, new GeneralName(GeneralName.iPAddress, name)})
                : new GeneralNames(dnsName);
        return issue(name, names, KeyPurposeId.id_kp_serverAuth, validity);
    }

    /** For a client: clientAuth, with the name as rfc822Name when it looks like one, else as dNSName where it can be. */
    public Issued issueClient(String name, Duration validity) {
        GeneralNames names = null;
        if (name.matches("[\\x21-\\x7e&&[^@]]+@[A-Za-z0-9.-]+")) {
            names = new GeneralNames(new GeneralName(GeneralName.rfc822Name, name));
        } else if (name.matches("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")) {
            names = new GeneralNames(new GeneralName(GeneralName.dNSName, name));
        }
        return issue(name, names, KeyPurposeId.id_kp_clientAuth, validity);
    }

    private Issued issue(
            String name,
            @org.jspecify.annotations.Nullable GeneralNames names,
            KeyPurposeId purpose,
            Duration validity) {
        try {
            KeyPair pair = rsa(LEAF_KEY_BITS, random);
            X500Name issuer =
                    X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
            X509v3CertificateBuilder builder = builder(issuer, commonName(name), pair.getPublic(), validity, random);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(
                    Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
            if (names != null) {
                builder.addExtension(Extension.subjectAlternativeName, false, names);
            }
            JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(pair.getPublic()));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    extensions.createAuthorityKeyIdentifier(certificate.getPublicKey()));
            return new Issued(sign(builder, key), pair.getPrivate(), certificate);
        } catch (CertIOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("the JDK cannot make an RSA certificate", e);
        }
    }

    private static X509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, PublicKey key, Duration validity, SecureRandom random) {
        Instant now = Instant.now();
        return new JcaX509v3CertificateBuilder(
                issuer,
                // RFC 5280 §4.1.2.2: positive, and "no longer than 20 octets".
                new BigInteger(127, random).setBit(126),
                Date.from(now.minus(CLOCK_SKEW)),
                Date.from(now.plus(validity)),
                subject,
                key);
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException, OperatorCreationException {
        String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder(algorithm).build(key)));
    }

    private static X500Name commonName(String name) {
        return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, name).build();
    }

    private static KeyPair rsa(int bits, SecureRandom random) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits, random);
        return generator.generateKeyPair();
    }

    private static boolean isAddress(String name) {
        try {
            InetAddress.ofLiteral(name);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The chain that a holder of an issued certificate sends. */
    public static List<X509Certificate> chain(Issued issued) {
        return List.of(issued.certificate(), issued.issuer());
    }
}
