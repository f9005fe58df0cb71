package io.sallyport.interop;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.HexFormat;

/** A certificate and its private key, both as PEM text, made for one test. */
record Credentials(String certificate, String key) {
    static Credentials of(Certificate certificate, Key key) throws GeneralSecurityException {
        return new Credentials(pem("CERTIFICATE", certificate.getEncoded()), pem("PRIVATE KEY", key.getEncoded()));
    }

    /** The first key entry of a PKCS#12 file. */
    static Credentials ofPkcs12(Path file, String password) {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, password.toCharArray());
            for (String alias : java.util.Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias)) {
                    return of(store.getCertificate(alias), store.getKey(alias, password.toCharArray()));
                }
            }
            throw new AssertionError("no key in " + file);
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError("cannot read " + file, e);
        }
    }

    /** The SHA-256 thumbprint in hexadecimal. */
    String thumbprint() {
        try {
            String base64 = certificate.replaceAll("-----[A-Z ]+-----", "");
            byte[] der = Base64.getMimeDecoder().decode(base64);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static String pem(String type, byte[] der) {
        String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }

    @Override
    public String toString() {
        return "Credentials[" + thumbprint() + "]";
    }
}
