package io.sallyport.daemon.pki;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;

/** Reads and writes PEM. A file's text before and after its PEM blocks is ignored. */
public final class Pem {
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});
    private static final long MAX_SIZE = 1 << 20;

    private Pem() {}

    /** All certificates of a file, at least one, in its order. */
    public static List<X509Certificate> certificates(Path file) throws PemException {
        List<X509Certificate> found = new ArrayList<>();
        try (PemReader reader = new PemReader(open(file))) {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (PemObject block = reader.readPemObject(); block != null; block = reader.readPemObject()) {
                if (block.getType().endsWith("CERTIFICATE")) {
                    ByteArrayInputStream in = new ByteArrayInputStream(block.getContent());
                    found.add((X509Certificate) factory.generateCertificate(in));
                }
            }
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            // Bouncy Castle's readers throw unchecked on some broken Base64.
            throw new PemException("holds a broken certificate; replace it with PEM text");
        }
        if (found.isEmpty()) {
            throw new PemException("holds no certificate; it must be PEM text with BEGIN CERTIFICATE");
        }
        return List.copyOf(found);
    }

    /** The first private key of a file: PKCS#8, PKCS#1 or SEC 1, unencrypted. */
    public static PrivateKey privateKey(Path file) throws PemException {
        try (PEMParser parser = new PEMParser(open(file))) {
            for (Object block = parser.readObject(); block != null; block = parser.readObject()) {
                if (block instanceof PEMEncryptedKeyPair || block instanceof PKCS8EncryptedPrivateKeyInfo) {
                    throw new PemException(
                            "is encrypted; write it without a passphrase: openssl pkey -in OLD -out NEW");
                }
                if (block instanceof PEMKeyPair pair) {
                    return new JcaPEMKeyConverter().getPrivateKey(pair.getPrivateKeyInfo());
                }
                if (block instanceof PrivateKeyInfo info) {
                    return new JcaPEMKeyConverter().getPrivateKey(info);
                }
            }
        } catch (IOException | RuntimeException e) {
            throw new PemException("holds a broken private key; replace it with PEM text");
        }
        throw new PemException("holds no private key; it must be PEM text with BEGIN PRIVATE KEY");
    }

    static Reader open(Path file) throws PemException {
        try {
            if (Files.isDirectory(file)) {
                throw new PemException("is a directory; name a file");
            }
            if (Files.size(file) > MAX_SIZE) {
                throw new PemException("has more than 1 MiB; this is not PEM text");
            }
            return Files.newBufferedReader(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new PemException("does not exist");
        } catch (AccessDeniedException e) {
            throw new PemException("may not be read by this user; run as its owner or change its permissions");
        } catch (IOException e) {
            throw new PemException("cannot be read (" + e.getMessage() + ")");
        }
    }

    /** Leaf first, as it is sent. */
    public static String text(List<X509Certificate> chain) {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : chain) {
            text.append(text(certificate));
        }
        return text.toString();
    }

    public static String text(X509Certificate certificate) {
        try {
            return block("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a parsed certificate has no encoding", e);
        }
    }

    /** PKCS#8; the caller guards it. */
    public static String text(PrivateKey key) {
        return block("PRIVATE KEY", key.getEncoded());
    }

    private static String block(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n" + LINES.encodeToString(der) + "\n-----END " + type + "-----\n";
    }
}
