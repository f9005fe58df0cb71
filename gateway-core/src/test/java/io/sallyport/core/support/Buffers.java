package io.sallyport.core.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.PoolArenaMetric;
import io.netty.buffer.PooledByteBufAllocator;
import java.time.Duration;
import java.util.stream.Stream;

/** How many pooled buffers there are. Workers keep some of those released for themselves, until they end. */
public final class Buffers {
    private Buffers() {}

    /** Taken and not given back, in the whole process. */
    public static long taken() {
        var pools = PooledByteBufAllocator.DEFAULT.metric();
        return Stream.concat(pools.directArenas().stream(), pools.heapArenas().stream())
                .mapToLong(PoolArenaMetric::numActiveAllocations)
                .sum();
    }

    /** Waits, once the workers have ended, until no more are taken than before. */
    public static void areBackAt(long before) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(taken()).as("buffers taken").isLessThanOrEqualTo(before));
    }
}
