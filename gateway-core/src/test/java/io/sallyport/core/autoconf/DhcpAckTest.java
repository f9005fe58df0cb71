package io.sallyport.core.autoconf;

import static io.sallyport.core.support.TunnelQuestions.WINDOWS_OPTIONS;
import static io.sallyport.core.support.TunnelQuestions.inform;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.sallyport.core.address.IpPrefix;
import io.sallyport.core.octets.Octets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DhcpAckTest {
    private static final int HEADERS = 28;
    private static final int FIXED = 240;

    @Test
    void windowsIsToldAllThatItAsksFor() {
        Octets packet = ask(WINDOWS_OPTIONS, Answers.terms());
        // from 10.8.0.1 port 67 to 10.8.0.2 port 68
        assertThat(packet.slice(12, 24).toHex()).isEqualTo("0a0800010a08000200430044");
        assertThat(packet.slice(HEADERS, HEADERS + 44).toHex())
                .isEqualTo("020806003903f32600000000" + "0a080002" + "00000000".repeat(3)
                        + "52535400000100000000000000000000");
        assertThat(options(packet))
                .containsExactly(
                        Map.entry(53, "05"),
                        Map.entry(54, "0a080001"),
                        Map.entry(1, "ffffffff"),
                        Map.entry(6, "0a080001c0000235"),
                        Map.entry(15, "636f72702e6578616d706c65"),
                        Map.entry(121, "080a0a080001"),
                        Map.entry(249, "080a0a080001"));
    }

    @ParameterizedTest
    @CsvSource({
        "3701f9, '[53, 54, 249]'",
        "370179, '[53, 54, 121]'",
        "37020679, '[53, 54, 6, 121]'",
        "3700, '[53, 54]'",
        "37032c2e2f, '[53, 54]'",
        "dc0101, '[53, 54, 1, 6, 15, 121, 249]'"
    })
    void onlyWhatIsAskedForIsSaid(String list, String codes) {
        assertThat(options(ask("350108" + list + "ff", Answers.terms())).keySet())
                .hasToString(codes);
    }

    @Test
    void nothingIsSaidOfWhatIsNotConfigured() {
        ClientTerms none = Answers.terms(List.of("2001:db8::53"), "", "2001:db8::/32");
        assertThat(options(ask("350108ff", none)).keySet()).containsExactly(53, 54, 1);
    }

    /** The table of RFC 3442, "Classless Route Option Format". */
    @ParameterizedTest
    @CsvSource({
        "0.0.0.0/0, 00",
        "10.0.0.0/8, 080a",
        "10.0.0.0/24, 180a0000",
        "10.17.0.0/16, 100a11",
        "10.27.129.0/24, 180a1b81",
        "10.229.0.128/25, 190ae50080",
        "10.198.122.47/32, 200ac67a2f",
    })
    void destinationDescriptorsAreThoseOfRfc3442(String route, String descriptor) {
        ByteBuf out = Unpooled.buffer();
        DhcpAck.writeRoute(out, IpPrefix.parse(route), 0x0a080001);
        assertThat(ByteBufUtil.hexDump(out)).isEqualTo(descriptor + "0a080001");
    }

    /** RFC 3396 §5. */
    @Test
    void aLongListOfRoutesIsSplitAtAnyOctet() {
        Octets packet = ask("350108 3702 0679 390205dc ff", manyRoutes(100));
        String value = options(packet).get(121);
        assertThat(value).hasSize(100 * 8 * 2).startsWith("180a01000a080001180a01010a080001".substring(0, 16));
        String whole = packet.toHex();
        assertThat(whole).contains("79ff", "7923");
        assertThat(packet.length()).isLessThanOrEqualTo(1400);
    }

    @ParameterizedTest
    @CsvSource({"576, 64", "577, 64", "700, 64", "1500, 300", "65535, 300"})
    void whatDoesNotFitIsLeftOutAtTheEnd(int size, int routes) throws RefusedQuestion {
        ClientTerms terms = manyRoutes(routes);
        ByteBuf packet = inform("10.8.0.2", "350108 3703f90679 3902%04xff".formatted(size));
        Reply reply = Objects.requireNonNull(Questions.answer(packet, terms, Answers.MTU));
        packet.release();
        Octets answer = Octets.read(reply.packet());
        reply.packet().release();
        int limit = Math.min(size, Answers.MTU);
        int written = options(answer).getOrDefault(121, "").length() / 16;
        assertThat(written + reply.omittedRoutes()).isEqualTo(routes);
        assertThat(answer.length()).isLessThanOrEqualTo(limit).isGreaterThan(limit - 8 - 2);
        // half of the routes said twice would be worse than all of them once
        assertThat(options(answer)).doesNotContainKey(249);
    }

    @Test
    void aMessageIsAtLeastThreeHundredOctetsLong() {
        assertThat(ask("3501083700ff", Answers.terms()).length()).isEqualTo(HEADERS + 300);
    }

    @Test
    void aListOfServersThatDoesNotFitIsCut() {
        List<String> servers =
                IntStream.range(0, 200).mapToObj(i -> "10.9.0." + i).toList();
        Octets packet = ask("350108ff", Answers.terms(servers, "corp.example", "10.0.0.0/8"));
        assertThat(packet.length()).isLessThanOrEqualTo(576);
        assertThat(options(packet).get(6)).hasSize(16 * 8).startsWith("0a0900000a090001");
        assertThat(options(packet)).containsKeys(15, 121);
    }

    private static ClientTerms manyRoutes(int count) {
        String[] routes = IntStream.range(0, count)
                .mapToObj(i -> "10." + (1 + i / 256) + "." + i % 256 + ".0/24")
                .toArray(String[]::new);
        return Answers.terms(List.of("10.8.0.1"), "corp.example", routes);
    }

    private static Octets ask(String options, ClientTerms terms) {
        return Octets.fromHex(Answers.to(inform("10.8.0.2", options), terms));
    }

    /** Those of an answer, pieces put together. */
    private static Map<Integer, String> options(Octets packet) {
        Map<Integer, String> options = new LinkedHashMap<>();
        int at = HEADERS + FIXED;
        while (packet.at(at) != -1) {
            int length = Byte.toUnsignedInt(packet.at(at + 1));
            options.merge(
                    Byte.toUnsignedInt(packet.at(at)),
                    packet.slice(at + 2, at + 2 + length).toHex(),
                    String::concat);
            at += 2 + length;
        }
        return options;
    }
}
