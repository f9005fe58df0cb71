package io.sallyport.openvpn.server;

/**
 * What those who have proven nothing may cost.
 *
 * @param halfOpen handshakes under way at once, in all; each has its own deadlines besides. Once more than half of them are taken, one source may hold a sixteenth of
 *     those that are free (at least one)
 * @param resetsPerSource first packets answered in 10 s to one IPv4 address or one IPv6 /64; a handshake that completes gives its own back
 */
public record OpenVpnLimits(int halfOpen, int resetsPerSource) {
    public static final OpenVpnLimits DEFAULT = new OpenVpnLimits(4096, 100);

    /** What all handshakes together may hold of what their clients sent, beyond {@code HandshakeBudget.FREE_OCTETS} for each. */
    public static final long HANDSHAKE_OCTETS = 16L * 1024 * 1024;

    public OpenVpnLimits {
        if (halfOpen < 1 || resetsPerSource < 1) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }
}
