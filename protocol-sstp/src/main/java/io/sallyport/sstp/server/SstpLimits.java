package io.sallyport.sstp.server;

import java.time.Duration;

/**
 * What those who have proven nothing may cost.
 *
 * @param halfOpen connections at once that have no session that is up. Once more than half of them are taken, one source may hold a sixteenth of
 *     those that are free (at least one)
 * @param headWithin from the end of the TLS handshake to the end of the HTTP head
 * @param octetsBeforeAuthentication that a client may send until it is known who it is: a long chain of certificates by EAP-TLS, in fragments, is below 32 KiB
 * @param networkWithin from the binding to the first network protocol's opening
 */
public record SstpLimits(int halfOpen, Duration headWithin, int octetsBeforeAuthentication, Duration networkWithin) {
    /** Control packets that one client is answered once it is known who it is, and as many at once: negotiating everything anew takes twenty or so; what is beyond is as good as lost, and a client that means it repeats it. */
    static final int ANSWERS_A_SECOND = 50;

    public static final SstpLimits DEFAULT =
            new SstpLimits(4096, Duration.ofSeconds(10), 64 * 1024, Duration.ofSeconds(60));

    public SstpLimits {
        if (halfOpen < 1 || !headWithin.isPositive() || octetsBeforeAuthentication < 1 || !networkWithin.isPositive()) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }
}
