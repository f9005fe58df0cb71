package io.sallyport.core.port443;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** What a proxy's connection begins with, version 1 and 2: a header is the same with less or more behind it, and what is refused stays so. */
class ProxyHeaderFuzzTest {
    private static final int MOST_PREFIXES = 300;

    /** What became of the octets so far: a header, a refusal, or neither. */
    private record Reading(@Nullable ProxyHeader header, boolean refused) {
        boolean isDecided() {
            return refused || header != null;
        }
    }

    @FuzzTest(maxDuration = "60s")
    void everyBeginningIsAHeaderOrRefusedOrTooShort(byte[] octets) {
        Reading whole = read(octets, octets.length);
        ProxyHeader header = whole.header;
        if (header != null) {
            assertThat(header.octets()).isBetween(1, octets.length);
            assertThat(header.octets()).isLessThanOrEqualTo(ProxyHeaderV2.LONGEST);
            assertThat(read(octets, header.octets())).isEqualTo(whole);
        }
        assertThat(whole.isDecided() || octets.length < ProxyHeaderV2.LONGEST)
                .as("an end to the waiting")
                .isTrue();
        for (int length = 0; length < Math.min(octets.length, MOST_PREFIXES); length++) {
            Reading part = read(octets, length);
            assertThat(!part.isDecided() || part.equals(whole))
                    .as("the first %d octets", length)
                    .isTrue();
            assertThat(part.header != null && header != null && length < header.octets())
                    .isFalse();
        }
    }

    private static Reading read(byte[] octets, int length) {
        ByteBuf buffer = Unpooled.wrappedBuffer(octets, 0, length);
        try {
            return new Reading(ProxyHeader.decode(buffer), false);
        } catch (ProxyHeaderException expected) {
            return new Reading(null, true);
        } finally {
            assertThat(buffer.readerIndex()).isZero();
        }
    }
}
