package io.sallyport.core.port443;

import java.time.Duration;

/**
 * What connections that no protocol has claimed yet may cost.
 *
 * @param undecidedPerSource at once from one IPv4 address or one IPv6 /64; a connection is undecided for about one round trip, so a site of many users behind one
 *     address stays far below
 * @param undecided at once from all sources. Once more than half of them are there, one source may hold a sixteenth of what is free (at least one), and an IPv6 /48 eight times that
 * @param decideWithin after this a connection is closed
 */
public record PortLimits(int undecidedPerSource, int undecided, Duration decideWithin) {
    public static final PortLimits DEFAULT = new PortLimits(64, 4096, Duration.ofSeconds(5));

    public PortLimits {
        if (undecidedPerSource < 1 || undecided < 1 || !decideWithin.isPositive()) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }
}
