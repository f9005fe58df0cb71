package io.sallyport.openvpn.control;

/**
 * What became of attempts to renew the keys, when the next one is due, and when there have been enough. An attempt that fails for a passing reason, or that anybody may have begun,
 * costs nothing but itself: the key in use stays.
 */
final class Renewal {
    /** A client that wants new keys more often than this waits. Below the 5 s that clients may be set to, which they count from an earlier moment of the handshake than we do. */
    static final long CLIENT_INTERVAL_NANOS = 3_000_000_000L;

    /** From a failed attempt to our next: longer than the 60 s of patience that clients have with one, so that both ends have forgotten it. */
    static final long RETRY_NANOS = 75_000_000_000L;

    /** A key that is so many renegotiation intervals old, and still not renewed, ends the session. */
    static final int MAX_INTERVALS = 2;

    private final long intervalNanos;
    private boolean failed;
    private long failedAt;
    private int triedId;
    private int nextId;

    /** @param intervalNanos 0 when the gateway begins none by itself; then keys do not grow too old either */
    Renewal(long intervalNanos) {
        this.intervalNanos = intervalNanos;
    }

    /** There is a new key. */
    void succeeded() {
        failed = false;
    }

    void failed(ServerKey key, long now) {
        failed = true;
        failedAt = now;
        triedId = key.keyId();
        // Whoever has begun TLS with this id counts on from it; otherwise the other end may never have seen it.
        nextId = key.channel.heard() ? NegotiatedKey.after(triedId) : triedId;
    }

    int nextId(ServerKey current) {
        // Failures count on, and come round to the key in use, which must not be touched.
        return failed && nextId != current.keyId() ? nextId : current.nextKeyId();
    }

    boolean clientMayBegin(ServerKey current, int keyId, long now) {
        boolean known =
                keyId == current.nextKeyId() || (failed && (keyId == triedId || keyId == NegotiatedKey.after(triedId)));
        return known
                && keyId != current.keyId()
                && now - current.since >= CLIENT_INTERVAL_NANOS
                && (!failed || now - failedAt >= CLIENT_INTERVAL_NANOS);
    }

    boolean weMayBegin(long now) {
        return !failed || now - failedAt >= RETRY_NANOS;
    }

    /** When we begin by ourselves. */
    long beginAt(ServerKey current) {
        if (intervalNanos == 0) {
            return Deadline.NEVER;
        }
        long due = Deadline.after(current.since, intervalNanos);
        long again = Deadline.after(failedAt, RETRY_NANOS);
        return failed && again - due > 0 ? again : due;
    }

    /** When the key is too old to go on with. */
    long expiresAt(ServerKey current) {
        return intervalNanos == 0 ? Deadline.NEVER : Deadline.after(current.since, MAX_INTERVALS * intervalNanos);
    }
}
