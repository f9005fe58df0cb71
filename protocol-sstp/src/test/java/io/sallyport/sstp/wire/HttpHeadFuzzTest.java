package io.sallyport.sstp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.sstp.wire.HttpHead.Verdict;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What an HTTPS client says first. */
class HttpHeadFuzzTest {
    private static final String SSTP_LINE = HttpHead.METHOD + " " + HttpHead.URI + " HTTP/1.1\r\n";

    @FuzzTest(maxDuration = "60s")
    void theHeadIsJudgedTheSameHoweverItArrives(byte[] octets) {
        ByteBuf whole = Unpooled.wrappedBuffer(octets);
        Verdict verdict = new HttpHead().read(whole);
        assertThat(whole.readerIndex()).isLessThanOrEqualTo(HttpHead.MAX_OCTETS);
        ByteBuf pieces = Unpooled.wrappedBuffer(octets);
        assertThat(inOctets(pieces)).isEqualTo(verdict);
        assertThat(pieces.readerIndex()).isEqualTo(whole.readerIndex());
        if (verdict == Verdict.SSTP || verdict == Verdict.OTHER) {
            String head = new String(octets, 0, whole.readerIndex(), StandardCharsets.ISO_8859_1);
            assertThat(head.indexOf("\r\n\r\n")).isEqualTo(head.length() - 4);
            assertThat(verdict == Verdict.SSTP)
                    .isEqualTo(head.startsWith(HttpHead.METHOD)
                            && head.regionMatches(true, 0, SSTP_LINE, 0, SSTP_LINE.length()));
        }
    }

    private static @Nullable Verdict inOctets(ByteBuf octets) {
        HttpHead head = new HttpHead();
        Verdict verdict = null;
        while (verdict == null && octets.isReadable()) {
            verdict = head.read(octets.readSlice(1));
        }
        return verdict;
    }
}
