package io.sallyport.openvpn.wire;

/**
 * One connection's replay ids, both ways. A received id must be new within the last {@value #WINDOW} of its sender's clock value; a later clock value begins
 * a new count, an earlier one is refused.
 */
public final class ReplayIds {
    static final int WINDOW = 64;

    private long sentSeconds;
    private long sentCount;
    private long seconds;
    private long highest;
    private long seen;

    /**
     * @param nowSeconds of the wall clock, unsigned 32 bit
     * @param sent how many packets were sent for this connection before, statelessly
     */
    public ReplayIds(long nowSeconds, long sent) {
        sentSeconds = nowSeconds;
        sentCount = sent;
    }

    public ReplayId next() {
        if (sentCount == 0xffff_ffffL) {
            sentSeconds++;
            sentCount = 0;
        }
        sentCount++;
        return new ReplayId(sentSeconds, sentCount);
    }

    /** True when the authenticated packet is new; then it is no longer. */
    public boolean accept(ReplayId id) {
        if (id.count() == 0 || id.seconds() < seconds) {
            return false;
        }
        if (id.seconds() > seconds) {
            seconds = id.seconds();
            highest = 0;
            seen = 0;
        }
        if (id.count() > highest) {
            long ahead = id.count() - highest;
            seen = ahead >= WINDOW ? 0 : seen << ahead;
            highest = id.count();
            seen |= 1;
            return true;
        }
        long behind = highest - id.count();
        if (behind >= WINDOW || (seen >>> behind & 1) != 0) {
            return false;
        }
        seen |= 1L << behind;
        return true;
    }
}
