package io.sallyport.core.port443;

import io.sallyport.core.octets.Octets;
import java.util.List;

/**
 * Hashes of the DER encoding of the leaf certificate that a client was shown. Where a terminator before the gateway speaks TLS, each of those that it may have shown.
 *
 * @param sha1 20 octets each
 * @param sha256 32 octets each
 */
public record ShownCertificate(List<Octets> sha1, List<Octets> sha256) {
    public ShownCertificate {
        sha1 = List.copyOf(sha1);
        sha256 = List.copyOf(sha256);
    }
}
