package io.sallyport.openvpn.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.Unpooled;
import io.sallyport.openvpn.wire.ControlMessage.PushReplyPart;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PushReplyTest {
    @Test
    void whatFitsIsOneMessageWithoutContinuation() {
        assertThat(new PushReply(List.of("ping 10", "ping-restart 60")).parts())
                .containsExactly(new PushReplyPart(List.of("ping 10", "ping-restart 60")));
    }

    @Test
    void theLongestSingleMessageHasExactlyTheOctetsAllowed() {
        // "PUSH_REPLY" "," option NUL
        String option = "x".repeat(1024 - 10 - 1 - 1);
        List<PushReplyPart> parts = new PushReply(List.of(option)).parts();
        assertThat(parts).containsExactly(new PushReplyPart(List.of(option)));
        assertThat(encodedOctets(parts.getFirst())).isEqualTo(1024);
    }

    @Test
    void everyPartOfALongReplyFitsAndSaysWhatFollows() throws WireException {
        List<String> routes = IntStream.range(0, 200)
                .mapToObj(i -> "route 10." + i + ".0.0 255.255.0.0")
                .toList();
        List<PushReplyPart> parts = new PushReply(routes).parts();
        assertThat(parts).hasSizeGreaterThan(5).allSatisfy(part -> {
            assertThat(encodedOctets(part)).isLessThanOrEqualTo(1024);
            assertThat(part.text()).startsWith("PUSH_REPLY,");
        });
        assertThat(parts.subList(0, parts.size() - 1))
                .allSatisfy(part -> assertThat(part.options().getLast()).isEqualTo("push-continuation 2"));
        assertThat(parts.getLast().options().getLast()).isEqualTo("push-continuation 1");

        PushReply.Assembler assembler = new PushReply.Assembler();
        for (PushReplyPart part : parts) {
            assertThat(assembler.add(part)).isEqualTo(part.equals(parts.getLast()));
        }
        assertThat(assembler.reply()).isEqualTo(new PushReply(routes));
    }

    @Test
    void anEndlessReplyIsRefused() {
        PushReply.Assembler assembler = new PushReply.Assembler();
        PushReplyPart part = new PushReplyPart(List.of("route 10.0.0.0", "push-continuation 2"));
        assertThatExceptionOfType(WireException.class).isThrownBy(() -> {
            for (int i = 0; i <= PushReply.MAX_OPTIONS; i++) {
                assembler.add(part);
            }
        });
    }

    @Test
    void anOptionThatNoMessageHoldsIsRefused() {
        PushReply reply = new PushReply(List.of("x".repeat(1020)));
        assertThatIllegalArgumentException().isThrownBy(reply::parts);
    }

    @Test
    void findsOptionsByName() {
        PushReply reply =
                new PushReply(List.of("route 10.0.0.0", "ping 10", "ping-restart 60", "route 10.1.0.0", "explicit"));
        assertThat(reply.value("ping")).isEqualTo("10");
        assertThat(reply.values("route")).containsExactly("10.0.0.0", "10.1.0.0");
        assertThat(reply.values("explicit")).containsExactly("");
        assertThat(reply.value("peer-id")).isEmpty();
    }

    private static int encodedOctets(ControlMessage message) {
        var out = Unpooled.buffer();
        ControlMessage.encode(message, out);
        return out.readableBytes();
    }
}
