package io.sallyport.core.crypto;

import java.util.Arrays;

/**
 * Which packet counters were seen, for one key in one direction: a bitmap ring in the manner of RFC 6479, so that moving the window
 * forward clears whole words and shifts nothing. Counters are unsigned 64-bit. Zero is a counter like any other: a format whose
 * counters begin at one refuses zero itself. Not thread-safe; allocates nothing after construction.
 *
 * <p>Ask {@link #check} before a packet is decrypted, and {@link #mark} only when it proved authentic.
 */
public final class ReplayWindow {
    /** Becomes 1984 counters in 256 octets. */
    public static final int DEFAULT_WIDTH = 1024;

    private static final int WORD_BITS = Long.SIZE;
    private static final int WORD_SHIFT = 6;

    private final long[] words;
    private final int width;
    private long highest;
    private boolean empty = true;

    public ReplayWindow() {
        this(DEFAULT_WIDTH);
    }

    /** @param atLeast counters that the window covers at the least, 1 to 2^20; {@link #width} says how many it became */
    public ReplayWindow(int atLeast) {
        if (atLeast < 1 || atLeast > 1 << 20) {
            throw new IllegalArgumentException("a replay window covers 1 to 1048576 counters, not " + atLeast);
        }
        // One word more than the window: the word that the highest counter is in has places for counters still to come.
        int needed = (atLeast + WORD_BITS - 1) / WORD_BITS + 1;
        words = new long[Integer.highestOneBit(needed - 1) << 1];
        width = (words.length - 1) * WORD_BITS;
    }

    /** How many counters back from the highest, itself included, can still be accepted. */
    public int width() {
        return width;
    }

    /** Whether the counter is neither too old nor seen before. */
    public boolean check(long counter) {
        if (empty || Long.compareUnsigned(counter, highest) > 0) {
            return true;
        }
        return Long.compareUnsigned(highest - counter, width) < 0 && (words[index(counter)] & bit(counter)) == 0;
    }

    /** Remembers the counter of an authentic packet; false if it is too old or was seen before, and then nothing changes. */
    public boolean mark(long counter) {
        if (!check(counter)) {
            return false;
        }
        if (empty) {
            empty = false;
            highest = counter;
        } else if (Long.compareUnsigned(counter, highest) > 0) {
            advance(counter);
        }
        words[index(counter)] |= bit(counter);
        return true;
    }

    private void advance(long counter) {
        long from = highest >>> WORD_SHIFT;
        long steps = (counter >>> WORD_SHIFT) - from;
        if (steps >= words.length) {
            Arrays.fill(words, 0);
        } else {
            for (long step = 1; step <= steps; step++) {
                words[(int) (from + step) & words.length - 1] = 0;
            }
        }
        highest = counter;
    }

    private int index(long counter) {
        return (int) (counter >>> WORD_SHIFT) & words.length - 1;
    }

    private static long bit(long counter) {
        return 1L << (counter & WORD_BITS - 1);
    }
}
