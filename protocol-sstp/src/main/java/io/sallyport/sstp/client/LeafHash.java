package io.sallyport.sstp.client;

import io.sallyport.core.octets.Octets;
import io.sallyport.sstp.wire.HashProtocol;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** The hash of the leaf certificate that a server has shown. */
final class LeafHash {
    private LeafHash() {}

    static Octets of(SSLSession session, HashProtocol protocol) {
        try {
            byte[] leaf = session.getPeerCertificates()[0].getEncoded();
            String algorithm = switch (protocol) {
                case SHA1 -> "SHA-1";
                case SHA256 -> "SHA-256";
            };
            return Octets.of(MessageDigest.getInstance(algorithm).digest(leaf));
        } catch (SSLPeerUnverifiedException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
