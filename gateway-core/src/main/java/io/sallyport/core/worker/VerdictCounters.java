package io.sallyport.core.worker;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** One worker's drops by verdict: written by the worker alone, read by anybody. */
public final class VerdictCounters {
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] counts = new long[Verdict.values().length];

    public void count(Verdict verdict) {
        count(verdict, 1);
    }

    public void count(Verdict verdict, int packets) {
        int index = verdict.ordinal();
        LONGS.setOpaque(counts, index, (long) LONGS.getOpaque(counts, index) + packets);
    }

    public long get(Verdict verdict) {
        return (long) LONGS.getOpaque(counts, verdict.ordinal());
    }
}
