package io.sallyport.core.port443;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings("AddressSelection") // literals alone, which no name service sees
class ProxyHeaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String IPV4 = "c0000201 c6336402 dc04 01bb";
    private static final String IPV6 = "20010db8000000000000000000000001 20010db8000000000000000000000002 dc04 01bb";

    private record Good(
            byte[] octets,
            @Nullable InetSocketAddress client,
            @Nullable InetSocketAddress reached) {
        @Override
        public String toString() {
            return octets[0] == 'P' ? text(octets).strip() : HexFormat.of().formatHex(octets, 12, octets.length);
        }
    }

    private record Bad(byte[] octets, String reason) {
        @Override
        public String toString() {
            return reason + ": "
                    + (octets[0] == 'P' ? text(octets).strip() : HexFormat.of().formatHex(octets));
        }
    }

    private static String text(byte[] octets) {
        return new String(octets, StandardCharsets.US_ASCII);
    }

    private static byte[] line(String text) {
        return (text + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] v2(String hex) {
        return HexFormat.of().parseHex((SIGNATURE + hex).replace(" ", ""));
    }

    /** With the right checksum at the end. */
    private static byte[] summed(String hex) {
        byte[] octets = v2(hex + "03 0004 00000000");
        CRC32C sum = new CRC32C();
        sum.update(octets);
        for (int i = 0; i < 4; i++) {
            octets[octets.length - 4 + i] = (byte) (sum.getValue() >> 24 - 8 * i);
        }
        return octets;
    }

    private static Good good(byte[] octets, String client, String reached) {
        return new Good(octets, new InetSocketAddress(client, 56324), new InetSocketAddress(reached, 443));
    }

    static Stream<Good> good() {
        return Stream.of(
                // the example of the specification's §2.1
                good(line("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443"), "192.168.0.1", "192.168.0.11"),
                // its longest line
                new Good(
                        line("PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
                                + " ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535"),
                        new InetSocketAddress("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 65535),
                        new InetSocketAddress("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 65535)),
                good(line("PROXY TCP6 2001:db8::1 2001:DB8::2 56324 443"), "2001:db8::1", "2001:db8::2"),
                good(line("PROXY TCP6 ::ffff:192.0.2.1 2001:db8::2 56324 443"), "192.0.2.1", "2001:db8::2"),
                new Good(line("PROXY UNKNOWN"), null, null),
                new Good(line("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535"), null, null),
                good(v2("21 11 000c" + IPV4), "192.0.2.1", "198.51.100.2"),
                good(v2("21 21 0024" + IPV6), "2001:db8::1", "2001:db8::2"),
                // a host name (PP2_TYPE_AUTHORITY), and nothing (PP2_TYPE_NOOP)
                good(v2("21 11 0015" + IPV4 + "02 0003 616263 04 0000"), "192.0.2.1", "198.51.100.2"),
                good(summed("21 11 0013" + IPV4), "192.0.2.1", "198.51.100.2"),
                good(summed("21 21 002e" + IPV6 + "04 0000"), "2001:db8::1", "2001:db8::2"),
                new Good(v2("20 00 0000"), null, null),
                new Good(v2("20 11 000c" + IPV4), null, null),
                new Good(v2("20 ff 0003 ffffff"), null, null),
                new Good(v2("21 00 0000"), null, null),
                new Good(v2("21 00 0004 01020304"), null, null));
    }

    static Stream<Bad> bad() {
        return Stream.of(
                new Bad(line("GET / HTTP/1.1"), "signature"),
                new Bad(line("PROXYTCP4 192.0.2.1 192.0.2.2 1 2"), "signature"),
                new Bad(line("proxy TCP4 192.0.2.1 192.0.2.2 1 2"), "signature"),
                new Bad(line("PROXY  TCP4 192.0.2.1 192.0.2.2 1 2"), "TCP4 nor TCP6"),
                new Bad(line("PROXY UDP4 192.0.2.1 192.0.2.2 1 2"), "TCP4 nor TCP6"),
                new Bad(line("PROXY "), "TCP4 nor TCP6"),
                new Bad(line("PROXY TCP4"), "six fields"),
                new Bad(line("PROXY TCP4 192.0.2.1 192.0.2.2 1"), "six fields"),
                new Bad(line("PROXY TCP4 192.0.2.1 192.0.2.2 1 2 3"), "six fields"),
                new Bad(line("PROXY TCP4 192.0.2.1 192.0.2.2 1 2 "), "six fields"),
                new Bad(line("PROXY TCP4 192.0.2 192.0.2.2 1 2"), "IPv4"),
                new Bad(line("PROXY TCP4 192.0.2.256 192.0.2.2 1 2"), "too large"),
                new Bad(line("PROXY TCP4 192.0.2.01 192.0.2.2 1 2"), "number"),
                new Bad(line("PROXY TCP4 192.0.2. 192.0.2.2 1 2"), "number"),
                new Bad(line("PROXY TCP4 ::1 ::2 1 2"), "IPv4"),
                new Bad(line("PROXY TCP6 192.0.2.1 192.0.2.2 1 2"), "IPv6"),
                new Bad(line("PROXY TCP6 fe80::1%1 ::2 1 2"), "IPv6"),
                new Bad(line("PROXY TCP6 [::1] ::2 1 2"), "IPv6"),
                new Bad(line("PROXY TCP6 ::1::2 ::2 1 2"), "IPv6"),
                new Bad(line("PROXY TCP6 12345::1 ::2 1 2"), "IPv6"),
                new Bad(line("PROXY TCP4 192.0.2.1 192.0.2.2 +1 2"), "number"),
                new Bad(line("PROXY TCP4 192.0.2.1 192.0.2.2 01 2"), "number"),
                new Bad(line("PROXY TCP4 192.0.2.1 192.0.2.2 -1 2"), "number"),
                new Bad(line("PROXY TCP4 192.0.2.1 192.0.2.2 1 65536"), "too large"),
                new Bad(line("PROXY TCP4 192.0.2.1 192.0.2.2 1 99999999999"), "number"),
                new Bad("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n".getBytes(StandardCharsets.US_ASCII), "LF without CR"),
                new Bad(line("PROXY UNKNOWN " + "x".repeat(107)), "without end"),
                new Bad(v2("11 11 000c" + IPV4), "LOCAL nor PROXY"),
                new Bad(v2("31 11 000c" + IPV4), "LOCAL nor PROXY"),
                new Bad(v2("22 11 000c" + IPV4), "LOCAL nor PROXY"),
                new Bad(v2("21 12 000c" + IPV4), "family"),
                new Bad(v2("21 31 00d8" + "00".repeat(216)), "family"),
                new Bad(v2("21 13 000c" + IPV4), "family"),
                new Bad(v2("21 11 000b" + IPV4), "too short"),
                new Bad(v2("21 21 000c" + IPV4), "too short"),
                new Bad(v2("21 11 07f1" + IPV4), "too long"),
                new Bad(v2("20 00 ffff"), "too long"),
                new Bad(v2("21 11 000e" + IPV4 + "0400"), "beyond"),
                new Bad(v2("21 11 000f" + IPV4 + "040001"), "beyond"),
                new Bad(v2("21 11 0013" + IPV4 + "03 0004 00000000"), "wrong checksum"),
                new Bad(v2("21 11 0012" + IPV4 + "03 0003 000000"), "another length"),
                new Bad(HexFormat.of().parseHex("0d0a0d0a000d0a515549540b"), "signature"));
    }

    private static @Nullable ProxyHeader decode(byte[] octets, int length) throws ProxyHeaderException {
        ByteBuf buffer = Unpooled.wrappedBuffer(octets, 0, length);
        try {
            return ProxyHeader.decode(buffer);
        } finally {
            assertThat(buffer.readerIndex()).isZero();
            buffer.release();
        }
    }

    @ParameterizedTest
    @MethodSource("good")
    void tellsWhoseConnectionItIs(Good good) throws Exception {
        byte[] more = java.util.Arrays.copyOf(good.octets, good.octets.length + 20);
        for (byte[] octets : new byte[][] {good.octets, more}) {
            ProxyHeader header = decode(octets, octets.length);
            assertThat(header).isNotNull();
            assertThat(header.octets()).isEqualTo(good.octets.length);
            ProxyHeader.Addresses addresses = header.addresses();
            assertThat(addresses == null ? null : addresses.client()).isEqualTo(good.client);
            assertThat(addresses == null ? null : addresses.reached()).isEqualTo(good.reached);
        }
    }

    @ParameterizedTest
    @MethodSource("good")
    void everyTruncationIsWaitedFor(Good good) throws Exception {
        for (int length = 0; length < good.octets.length; length++) {
            assertThat(decode(good.octets, length)).isNull();
        }
    }

    @ParameterizedTest
    @MethodSource("bad")
    void everyBadHeaderIsRefusedWithItsReason(Bad bad) {
        assertThatThrownBy(() -> decode(bad.octets, bad.octets.length))
                .isInstanceOf(ProxyHeaderException.class)
                .hasMessageContaining(bad.reason);
    }

    @Test
    void nothingThrowsAnythingUnchecked() {
        Random random = new Random(107);
        byte[][] starts = good().map(Good::octets).toArray(byte[][]::new);
        for (int i = 0; i < 50_000; i++) {
            byte[] octets = starts[random.nextInt(starts.length)].clone();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                octets[random.nextInt(octets.length)] = (byte) random.nextInt();
            }
            try {
                ProxyHeader header = decode(octets, random.nextInt(octets.length + 1));
                assertThat(header == null || header.octets() <= octets.length).isTrue();
            } catch (ProxyHeaderException e) {
                assertThat(e.getStackTrace()).isEmpty();
            }
        }
    }
}
