package io.sallyport.openvpn.data;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.worker.Verdict;
import io.sallyport.openvpn.wire.DataPacket;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one connection: the one that is sent with, a newer one that the other end has not shown yet, and the lame duck that still opens what was on its
 * way. A newer key opens packets at once; it is sent with once the other end has used it, or after {@link #SHOW_NANOS}, because until
 * then the other end may not have it.
 */
public final class KeySlots implements AutoCloseable {
    /** How long the other end may take to show a new key. */
    public static final long SHOW_NANOS = 60_000_000_000L;
    /** How long the key before is kept once the newer one is sent with. */
    public static final long LAME_DUCK_NANOS = 60_000_000_000L;

    private static final long NEVER = Long.MIN_VALUE;

    private @Nullable DataChannelKey sending;
    private @Nullable DataChannelKey newer;
    private @Nullable DataChannelKey lameDuck;
    private long newerSince;
    private long lameDuckSince = NEVER;

    /** Takes a key over. The first one is sent with at once. */
    public void install(DataChannelKey key, long nowNanos) {
        promote();
        if (sending == null) {
            sending = key;
            return;
        }
        newer = key;
        newerSince = nowNanos;
    }

    /** Whether there is a key to send with. */
    public boolean ready() {
        return sending != null;
    }

    /** What is sent with; null before the first key. */
    public @Nullable DataChannelKey current() {
        return sending;
    }

    /** Whether a new key should be negotiated now because the current one is nearly used up. */
    public boolean renegotiationDue() {
        return sending != null && newer == null && sending.nearItsEnd();
    }

    /** See {@link DataChannelKey#seal}. */
    public @Nullable Verdict seal(ByteBuf packet) {
        DataChannelKey key = sending;
        if (key == null) {
            return Verdict.KEY_UNKNOWN;
        }
        Verdict verdict = key.seal(packet);
        if (verdict != null && newer != null) {
            promote();
            return sending == null ? verdict : sending.seal(packet);
        }
        return verdict;
    }

    /** See {@link DataChannelKey#open}; the buffer is readable. */
    public @Nullable Verdict open(ByteBuf packet) {
        int keyId = DataPacket.keyId(packet);
        DataChannelKey key = sending;
        if (key != null && key.keyId() == keyId) {
            return key.open(packet);
        }
        key = newer;
        if (key != null && key.keyId() == keyId) {
            Verdict verdict = key.open(packet);
            if (verdict == null) {
                promote();
            }
            return verdict;
        }
        key = lameDuck;
        return key != null && key.keyId() == keyId ? key.open(packet) : Verdict.KEY_UNKNOWN;
    }

    /** Does what time demands: call it about once a second. */
    public void tick(long nowNanos) {
        if (newer != null && nowNanos - newerSince >= SHOW_NANOS) {
            promote();
        }
        if (lameDuck == null) {
            return;
        }
        if (lameDuckSince == NEVER) {
            lameDuckSince = nowNanos;
        } else if (nowNanos - lameDuckSince >= LAME_DUCK_NANOS) {
            lameDuck.close();
            lameDuck = null;
            lameDuckSince = NEVER;
        }
    }

    /** Wipes all keys. */
    @Override
    public void close() {
        promote();
        if (sending != null) {
            sending.close();
        }
        if (lameDuck != null) {
            lameDuck.close();
        }
        sending = null;
        lameDuck = null;
    }

    private void promote() {
        if (newer == null) {
            return;
        }
        if (lameDuck != null) {
            lameDuck.close();
        }
        lameDuck = sending;
        lameDuckSince = NEVER;
        sending = newer;
        newer = null;
    }
}
