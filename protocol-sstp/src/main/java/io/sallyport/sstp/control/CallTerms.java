package io.sallyport.sstp.control;

import io.sallyport.sstp.wire.HashProtocol;
import java.time.Duration;
import java.util.Set;

/**
 * What both ends of a call have in common to be told.
 *
 * @param hashProtocols that a server offers and a client supports; at least one
 * @param requestWithin from the beginning to an acceptable Call Connect Request; a client's from there to the acknowledgment
 * @param connectedWithin from the acknowledgment to Call Connected, and with it to the authentication's end, which may have to wait for another server
 * @param helloAfter silence after which the peer is asked, and after which an unanswered question ends the call
 */
public record CallTerms(
        Set<HashProtocol> hashProtocols, Duration requestWithin, Duration connectedWithin, Duration helloAfter) {
    /** "This timer SHOULD be set to 60 seconds", MS-SSTP §3.3.2.1 and §3.1.2.3. */
    public static final Duration STANDARD = Duration.ofSeconds(60);

    public CallTerms {
        hashProtocols = Set.copyOf(hashProtocols);
        if (hashProtocols.isEmpty()) {
            throw new IllegalArgumentException("no hash protocol");
        }
        if (!requestWithin.isPositive() || !connectedWithin.isPositive() || !helloAfter.isPositive()) {
            throw new IllegalArgumentException("timers must be positive");
        }
    }
}
