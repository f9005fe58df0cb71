package io.sallyport.core.port443;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import org.junit.jupiter.api.Test;

@SuppressWarnings("deprecation") // the handle that is there
class StreamReadsTest {
    private final RecvByteBufAllocator.ExtendedHandle handle = new StreamReads().newHandle();

    @Test
    void anUndecidedConnectionHoldsLittle() {
        assertThat(capacity()).isEqualTo(StreamReads.FIRST_OCTETS);
        handle.lastBytesRead(0);
        assertThat(capacity()).isEqualTo(StreamReads.FIRST_OCTETS);
    }

    @Test
    void afterwardsAReadTakesManyPacketsHoweverFewTheOneBeforeBrought() {
        for (int i = 0; i < 10; i++) {
            handle.lastBytesRead(16);
            assertThat(capacity()).isEqualTo(StreamReads.OCTETS);
        }
    }

    private int capacity() {
        ByteBuf buffer = handle.allocate(PooledByteBufAllocator.DEFAULT);
        try {
            return buffer.capacity();
        } finally {
            buffer.release();
        }
    }
}
