package io.sallyport.benchmarks;

import io.sallyport.core.crypto.ReplayWindow;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Asking before a packet is decrypted and remembering it afterwards. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ReplayWindowBenchmark {
    private final ReplayWindow window = new ReplayWindow();
    private long counter;

    @Benchmark
    public boolean inOrder() {
        long next = ++counter;
        return window.check(next) && window.mark(next);
    }

    /** Each run of 64 packets arrives last first. */
    @Benchmark
    public boolean reordered() {
        long next = ++counter ^ 63;
        return window.check(next) && window.mark(next);
    }

    @Benchmark
    public boolean replayed() {
        window.mark(1);
        return window.check(1);
    }
}
