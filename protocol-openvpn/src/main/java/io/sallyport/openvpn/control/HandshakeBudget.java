package io.sallyport.openvpn.control;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many octets all handshakes together may make the gateway hold before their clients have authenticated, beyond the little that each has for itself. A handshake takes pieces of it
 * as octets arrive, and gives them back when it ends or its client has authenticated. When nothing is left the handshake that wants more ends, and the others go on. From any
 * thread.
 */
public final class HandshakeBudget {
    /** What a key's handshake may bring without asking: far more than certificates and a password need. */
    public static final int FREE_OCTETS = 16 * 1024;

    /** What is taken at once. */
    public static final int PIECE_OCTETS = 4 * 1024;

    private final long limit;
    private final AtomicLong taken;
    private final AtomicLong refused;
    private final Runnable whenRefused;

    /** @param limit octets over all handshakes */
    public HandshakeBudget(long limit) {
        this(limit, new AtomicLong(), new AtomicLong(), () -> {});
    }

    private HandshakeBudget(long limit, AtomicLong taken, AtomicLong refused, Runnable whenRefused) {
        this.limit = limit;
        this.taken = taken;
        this.refused = refused;
        this.whenRefused = whenRefused;
    }

    /** The same budget; this is run, on the thread of the handshake, when one that has its share from here gets no more. */
    public HandshakeBudget telling(Runnable refusal) {
        return new HandshakeBudget(limit, taken, refused, refusal);
    }

    /** Octets that handshakes hold now. */
    public long taken() {
        return taken.get();
    }

    /** How often somebody got nothing. */
    public long refused() {
        return refused.get();
    }

    /** One handshake's part of it; belongs to that handshake. */
    Share share() {
        return new Share();
    }

    /** What one handshake holds. */
    final class Share {
        private long held;

        /** False when so many octets in all, the free ones among them, are more than there are. */
        boolean covers(long octets) {
            while (octets - FREE_OCTETS > held) {
                if (taken.addAndGet(PIECE_OCTETS) > limit) {
                    taken.addAndGet(-PIECE_OCTETS);
                    refused.incrementAndGet();
                    whenRefused.run();
                    return false;
                }
                held += PIECE_OCTETS;
            }
            return true;
        }

        void giveBack() {
            taken.addAndGet(-held);
            held = 0;
        }
    }
}
