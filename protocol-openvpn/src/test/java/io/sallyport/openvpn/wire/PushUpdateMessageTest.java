package io.sallyport.openvpn.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.Unpooled;
import io.sallyport.openvpn.wire.ControlMessage.PushUpdatePart;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The format is that of OpenVPN 2.7's client: an option replaces all of its type, a minus removes a type, a question mark makes it optional. */
class PushUpdateMessageTest {
    private static final PushReply BEFORE = new PushReply(
            List.of("route 1.0.0.0 255.0.0.0", "dhcp-option DNS 9.9.9.9", "redirect-gateway def1", "ping 10"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PUSH_UPDATE,route 2.0.0.0 255.0.0.0,route 3.0.0.0 255.0.0.0 | dhcp-option DNS 9.9.9.9;redirect-gateway def1;ping 10;route 2.0.0.0 255.0.0.0;route 3.0.0.0 255.0.0.0",
                "PUSH_UPDATE,-route | dhcp-option DNS 9.9.9.9;redirect-gateway def1;ping 10",
                "PUSH_UPDATE,-?route,?dhcp-option DOMAIN x | redirect-gateway def1;ping 10;dhcp-option DOMAIN x",
                "PUSH_UPDATE,-block-ipv6 | route 1.0.0.0 255.0.0.0;dhcp-option DNS 9.9.9.9;redirect-gateway def1;ping 10"
            })
    void knownMessagesChangeWhatTheySay(String text, String after) throws WireException {
        PushUpdatePart part = part(text);
        assertThat(part.text()).isEqualTo(text);
        assertThat(new PushUpdate(part.options()).applyTo(BEFORE).options()).containsExactly(after.split(";"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"?-route", "- route", "-", "?", "--route", "-?"})
    void refusesFlagsInAnyOtherOrder(String option) {
        assertThatExceptionOfType(WireException.class)
                .isThrownBy(() -> new PushUpdate(List.of(option)).applyTo(BEFORE))
                .extracting(WireException::fault)
                .isEqualTo(WireException.Fault.MALFORMED);
    }

    @Test
    void whatChangedMakesTheNewOfTheOldOverAsManyMessagesAsItTakes() throws WireException {
        List<String> next = IntStream.range(0, 200)
                .mapToObj(i -> "route 10.0." + i + ".0 255.255.255.0")
                .toList();
        PushUpdate update = PushUpdate.between(BEFORE.options(), next);
        assertThat(update.parts()).hasSizeGreaterThan(5).allSatisfy(part -> {
            assertThat(part.text().length()).isLessThan(ControlMessage.MAX_SENT_OCTETS);
            assertThat(part.text()).startsWith("PUSH_UPDATE,");
        });
        PushUpdate.Assembler assembler = new PushUpdate.Assembler();
        for (PushUpdatePart part : update.parts()) {
            assertThat(assembler.add(part)).isEqualTo(part.equals(update.parts().getLast()));
        }
        assertThat(assembler.update()).isEqualTo(update);
        assertThat(update.applyTo(BEFORE).options()).isEqualTo(next);
        assertThat(PushUpdate.between(next, next).parts()).isEmpty();
    }

    private static PushUpdatePart part(String text) throws WireException {
        byte[] octets = (text + "\0").getBytes(StandardCharsets.US_ASCII);
        return (PushUpdatePart)
                ControlMessage.decode(Unpooled.wrappedBuffer(octets)).getFirst();
    }
}
