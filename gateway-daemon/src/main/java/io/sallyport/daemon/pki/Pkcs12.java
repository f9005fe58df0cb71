package io.sallyport.daemon.pki;

import io.sallyport.daemon.pki.CertificateAuthority.Issued;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;

/** A certificate, its key and its chain as one PKCS#12 file (RFC 7292), encrypted with AES-256. */
public final class Pkcs12 {
    private Pkcs12() {}

    /** The caller wipes the password. */
    public static byte[] of(String name, Issued issued, char[] password) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            X509Certificate[] chain = {issued.certificate(), issued.issuer()};
            store.setKeyEntry(name, issued.key(), password, chain);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            store.store(out, password);
            return out.toByteArray();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("the JDK cannot write PKCS#12", e);
        }
    }
}
