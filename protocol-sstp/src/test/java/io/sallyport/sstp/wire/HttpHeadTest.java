package io.sallyport.sstp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.sstp.wire.HttpHead.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HttpHeadTest {
    private static final String REQUEST = "SSTP_DUPLEX_POST /sra_{BA195980-CD49-458b-9E23-C84EE0ADCD75}/ HTTP/1.1\r\n";
    private static final String LENGTH = "Content-Length: 18446744073709551615\r\n";

    static Stream<String> sstp() {
        return Stream.of(
                // MS-SSTP §4.1, in that order and in others
                REQUEST + LENGTH + "Host: vpn.example.test\r\n"
                        + "SSTPCORRELATIONID: {12345678-1234-1234-1234-123456789abc}\r\n\r\n",
                REQUEST + "Host: vpn.example.test:443\r\n" + LENGTH + "\r\n",
                REQUEST.replace("458b", "458B") + "host:\tvpn \r\ncontent-length:18446744073709551615  \r\n\r\n",
                REQUEST + LENGTH + "Cookie: \u00e9\r\nX-Empty:\r\n\r\n",
                REQUEST + "\r\n");
    }

    static Stream<String> others() {
        return Stream.of(
                "GET / HTTP/1.1\r\nHost: vpn.example.test\r\nAccept: */*\r\n\r\n",
                "HEAD / HTTP/1.0\r\n\r\n",
                "POST /upload HTTP/1.1\r\nContent-Length: 5\r\n\r\n",
                "POST /upload HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\n",
                REQUEST.replace("HTTP/1.1", "HTTP/1.0") + LENGTH + "\r\n",
                REQUEST.replace("SSTP_DUPLEX_POST", "sstp_duplex_post") + LENGTH + "\r\n",
                REQUEST.replace("}/", "}") + LENGTH + "\r\n",
                REQUEST.replace("}/", "}/../") + LENGTH + "\r\n",
                REQUEST.replace("SSTP_DUPLEX_POST", "POST") + LENGTH + "\r\n");
    }

    static Stream<String> malformed() {
        return Stream.of(
                "\r\n",
                "GET\r\n",
                "GET /\r\n",
                "GET  / HTTP/1.1\r\n",
                " GET / HTTP/1.1\r\n",
                "GET / HTTP/1.1 \r\n",
                "GET / HTTP/11\r\n",
                "GET / http/1.1\r\n",
                "GET / HTTP/1.1\n\n", // a bare LF
                REQUEST + "Host: a\n\r\n",
                REQUEST + "Host: a\rb: c\r\n\r\n", // a bare CR
                REQUEST + "Host: a\r\r\n\r\n",
                REQUEST + "Host: a\0b\r\n\r\n",
                REQUEST + "Host: a\u007fb\r\n\r\n",
                REQUEST + "Host: a\r\n folded\r\n\r\n", // obs-fold
                REQUEST + "Host: a\r\n\tfolded\r\n\r\n",
                REQUEST + "Host : a\r\n\r\n",
                REQUEST + ": a\r\n\r\n",
                REQUEST + "Host\r\n\r\n",
                REQUEST + "Ho st: a\r\n\r\n",
                REQUEST + LENGTH + LENGTH + "\r\n",
                REQUEST + LENGTH + "content-length: 5\r\n\r\n",
                REQUEST + "Content-Length: 0\r\n\r\n",
                REQUEST + "Content-Length: 18446744073709551614\r\n\r\n",
                REQUEST + "Content-Length: 18446744073709551616\r\n\r\n",
                REQUEST + "Content-Length: 018446744073709551615\r\n\r\n",
                REQUEST + "Content-Length: +18446744073709551615\r\n\r\n",
                REQUEST + "Content-Length: -1\r\n\r\n",
                REQUEST + "Content-Length: 5, 5\r\n\r\n",
                REQUEST + "Content-Length:\r\n\r\n",
                REQUEST + "Transfer-Encoding: chunked\r\n\r\n",
                REQUEST + LENGTH + "Transfer-Encoding: chunked\r\n\r\n",
                "GET / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                "GET /" + "a".repeat(65_536) + " HTTP/1.1\r\n\r\n",
                REQUEST + "X: " + "y".repeat(HttpHead.MAX_LINE) + "\r\n\r\n",
                REQUEST + "X: y\r\n".repeat(HttpHead.MAX_HEADERS + 1) + "\r\n",
                REQUEST + ("X: " + "y".repeat(1000) + "\r\n").repeat(9));
    }

    @ParameterizedTest
    @MethodSource("sstp")
    void knowsAClientOfSstp(String head) {
        assertThat(read(head)).isEqualTo(Verdict.SSTP);
    }

    @ParameterizedTest
    @MethodSource("others")
    void knowsAnotherRequest(String head) {
        assertThat(read(head)).isEqualTo(Verdict.OTHER);
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void refusesWhatIsNoHead(String head) {
        assertThat(read(head)).isEqualTo(Verdict.MALFORMED);
    }

    @Test
    void answersTheSameOneOctetAtATime() {
        Stream.of(sstp(), others(), malformed()).flatMap(all -> all).forEach(head -> {
            HttpHead reader = new HttpHead();
            Verdict verdict = null;
            ByteBuf octets = buffer(head);
            while (verdict == null && octets.isReadable()) {
                verdict = reader.read(octets.readSlice(1));
            }
            assertThat(verdict).as(head).isEqualTo(read(head));
        });
    }

    @Test
    void noTruncationOfAGoodHeadIsAnswered() {
        Stream.of(sstp(), others()).flatMap(all -> all).forEach(head -> {
            for (int length = 0; length < head.length(); length++) {
                assertThat(read(head.substring(0, length)))
                        .as("%s cut to %d", head, length)
                        .isNull();
            }
        });
    }

    @Test
    void leavesWhatFollowsTheHead() {
        ByteBuf octets = buffer(REQUEST + LENGTH + "\r\n" + "\u0010\u0001rest");
        assertThat(new HttpHead().read(octets)).isEqualTo(Verdict.SSTP);
        assertThat(octets.toString(StandardCharsets.ISO_8859_1)).isEqualTo("\u0010\u0001rest");
    }

    @Test
    void readsNoMoreThanItsLimit() {
        ByteBuf octets = buffer(REQUEST + ("X: " + "y".repeat(1000) + "\r\n").repeat(100));
        assertThat(new HttpHead().read(octets)).isEqualTo(Verdict.MALFORMED);
        assertThat(octets.readerIndex()).isLessThanOrEqualTo(HttpHead.MAX_OCTETS);
    }

    @Test
    void throwsNothingWhateverComes() {
        RandomGenerator random = new Random(443);
        String[] heads = Stream.of(sstp(), others()).flatMap(all -> all).toArray(String[]::new);
        for (int round = 0; round < 50_000; round++) {
            byte[] octets = heads[random.nextInt(heads.length)].getBytes(StandardCharsets.ISO_8859_1);
            for (int i = random.nextInt(4); i >= 0; i--) {
                octets[random.nextInt(octets.length)] = (byte) random.nextInt();
            }
            assertThatCode(() -> new HttpHead().read(Unpooled.wrappedBuffer(octets)))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void answersNameNoProduct() {
        for (var response : new Object[] {HttpResponses.SSTP, HttpResponses.NOT_FOUND, HttpResponses.BAD_REQUEST}) {
            String text =
                    new String(((io.sallyport.core.octets.Octets) response).toByteArray(), StandardCharsets.US_ASCII);
            assertThat(text).startsWith("HTTP/1.1 ").endsWith("\r\n\r\n").doesNotContainIgnoringCase("sallyport");
        }
    }

    private static @Nullable Verdict read(String head) {
        return new HttpHead().read(buffer(head));
    }

    private static ByteBuf buffer(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
