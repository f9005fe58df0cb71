package io.sallyport.core.autoconf;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;

class Dhcp6FuzzTest {
    private static final ClientTerms TERMS = Answers.terms();

    @FuzzTest(maxDuration = "60s")
    void everyMessageIsAnsweredOrRefused(byte[] message) {
        try {
            Dhcp6Request request = Dhcp6Request.decode(Unpooled.wrappedBuffer(message));
            Reply reply = Dhcp6Reply.encode(request, TERMS, Link.local(2));
            if (reply != null) {
                int length = reply.packet().readableBytes();
                reply.packet().release();
                assertThat(length).isLessThanOrEqualTo(1280);
            }
        } catch (RefusedQuestion expected) {
            // the one way to refuse
        }
    }
}
