package io.sallyport.core.port443;

import java.time.Duration;

/**
 * What TLS handshakes may cost. A site of many users behind one address, all of whom come back at once, stays below.
 *
 * @param handshakesPerSource at once from one IPv4 address or one IPv6 /64
 * @param handshakes at once from all sources. Once more than half of them are taken, or signatures have to wait, one source may hold a sixteenth of those that are free (at least one),
 *     and an IPv6 /48 eight times that
 * @param handshakeWithin after this a connection is closed
 * @param handshakeOctets what a client may send until its handshake is done: a ClientHello, a Finished, and the first data that came with them. Whatever length a message
 *     claims, no more than this is ever kept.
 */
public record TlsLimits(int handshakesPerSource, int handshakes, Duration handshakeWithin, int handshakeOctets) {
    public static final TlsLimits DEFAULT = new TlsLimits(256, 4096, Duration.ofSeconds(10), 64 * 1024);

    public TlsLimits {
        if (handshakesPerSource < 1 || handshakes < 1 || !handshakeWithin.isPositive() || handshakeOctets < 1) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }
}
