package io.sallyport.openvpn.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.openvpn.wire.WireException.Fault;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyMethod2Test {
    private static final String CLIENT_START = "00000000 02" + "11".repeat(48) + "22".repeat(32) + "33".repeat(32);
    private static final String SERVER_START = "00000000 02" + "22".repeat(32) + "33".repeat(32);
    /** "V4" */
    private static final String OPTIONS = "0003 563400";

    static Stream<Arguments> goodClients() {
        return Stream.of(
                Arguments.of(CLIENT_START + OPTIONS + "0000 0000 0000", "", "", Map.of()),
                Arguments.of(CLIENT_START + OPTIONS + "0003 6d6500 0004 70c3a500 0000", "me", "på", Map.of()),
                Arguments.of(
                        CLIENT_START + OPTIONS + "0000 0000 000b 49565f5645523d322e 0a00".replace(" ", ""),
                        "",
                        "",
                        Map.of("IV_VER", "2.")));
    }

    static Stream<Arguments> badClients() {
        return Stream.of(
                Arguments.of("nothing", "", Fault.TRUNCATED),
                Arguments.of("no options", CLIENT_START, Fault.TRUNCATED),
                Arguments.of("key method 1", CLIENT_START.replace("00000000 02", "00000000 01"), Fault.UNSUPPORTED),
                Arguments.of("no zeros", CLIENT_START.replace("00000000 02", "00000001 02"), Fault.MALFORMED),
                Arguments.of("options beyond the end", CLIENT_START + "0004 563400", Fault.TRUNCATED),
                Arguments.of("options without NUL", CLIENT_START + "0002 5634", Fault.MALFORMED),
                Arguments.of("options with two NULs", CLIENT_START + "0003 560000", Fault.MALFORMED),
                Arguments.of(
                        "1025 octets of options", CLIENT_START + "0401" + "56".repeat(1024) + "00", Fault.TOO_LARGE),
                Arguments.of("user that ends early", CLIENT_START + OPTIONS + "0003 6d65", Fault.TRUNCATED),
                Arguments.of("half a length", CLIENT_START + OPTIONS + "00", Fault.TRUNCATED),
                Arguments.of(
                        "password with a NUL inside", CLIENT_START + OPTIONS + "0000 0003 700000", Fault.MALFORMED),
                Arguments.of(
                        "45057 octets of password",
                        CLIENT_START + OPTIONS + "0000 b001" + "56".repeat(45056) + "00",
                        Fault.TOO_LARGE),
                Arguments.of("peer info without NUL", CLIENT_START + OPTIONS + "0000 0000 0001 41", Fault.MALFORMED),
                Arguments.of("octets at the end", CLIENT_START + OPTIONS + "0000 0000 0000 00", Fault.MALFORMED),
                Arguments.of("65537 octets", CLIENT_START + OPTIONS + "00".repeat(64 * 1024), Fault.TOO_LARGE));
    }

    @ParameterizedTest
    @MethodSource("goodClients")
    void decodesAndEncodesToTheSameOctets(String hex, String user, String password, Map<String, String> peerInfo)
            throws WireException {
        try (KeyMethod2.Client client = KeyMethod2.decodeClient(Hex.buffer(hex))) {
            assertThat(client.preMaster().matches(octets(0x11, 48))).isTrue();
            assertThat(client.random1().matches(octets(0x22, 32))).isTrue();
            assertThat(client.random2().matches(octets(0x33, 32))).isTrue();
            assertThat(client.options()).isEqualTo("V4");
            assertThat(client.user()).isEqualTo(user);
            assertThat(client.password().matches(password.getBytes(StandardCharsets.UTF_8)))
                    .isTrue();
            assertThat(client.peerInfo().values()).isEqualTo(peerInfo);
            ByteBuf out = Unpooled.buffer();
            KeyMethod2.encode(client, out);
            assertThat(Hex.of(out)).isEqualTo(hex.replace(" ", ""));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0000", "0003 6d6500", "0003 6d6500 0000"})
    void textsAtTheEndMayBeMissing(String end) throws WireException {
        try (KeyMethod2.Client client = KeyMethod2.decodeClient(Hex.buffer(CLIENT_START + OPTIONS + end))) {
            assertThat(client.password().length()).isZero();
            assertThat(client.peerInfo()).isEqualTo(PeerInfo.NONE);
        }
    }

    @ParameterizedTest
    @MethodSource("badClients")
    void refusesWithItsFault(String why, String hex, Fault fault) {
        assertThatExceptionOfType(WireException.class)
                .as(why)
                .isThrownBy(() -> KeyMethod2.decodeClient(Hex.buffer(hex)))
                .extracting(WireException::fault)
                .isEqualTo(fault);
    }

    @Test
    void refusesEveryTruncationBeforeTheEndOfTheOptions() {
        ByteBuf client = Hex.buffer(CLIENT_START + OPTIONS);
        ByteBuf server = Hex.buffer(SERVER_START + OPTIONS);
        for (int length = 0; length < client.readableBytes(); length++) {
            ByteBuf part = client.slice(0, length);
            assertThatExceptionOfType(WireException.class).isThrownBy(() -> KeyMethod2.decodeClient(part));
        }
        for (int length = 0; length < server.readableBytes(); length++) {
            ByteBuf part = server.slice(0, length);
            assertThatExceptionOfType(WireException.class).isThrownBy(() -> KeyMethod2.decodeServer(part));
        }
    }

    @Test
    void isWholeOnlyAtItsEndAndWhatCannotBecomeOneIsNotWaitedFor() {
        String whole = CLIENT_START + OPTIONS + "0003 6d6500 0003 707700 0002 4100";
        ByteBuf client = Hex.buffer(whole);
        int options = Hex.buffer(CLIENT_START + OPTIONS).readableBytes();
        List<Integer> ends = List.of(options, options + 5, options + 10, client.readableBytes());
        for (int length = 0; length <= client.readableBytes(); length++) {
            ByteBuf part = client.slice(0, length);
            assertThat(KeyMethod2.isWhole(part, false)).as("%s octets", length).isEqualTo(ends.contains(length));
            assertThat(KeyMethod2.isWhole(part, true)).isEqualTo(length == client.readableBytes());
        }
        assertThat(KeyMethod2.isWhole(Hex.buffer("00000000 01"), false)).isTrue();
        assertThat(KeyMethod2.isWhole(Hex.buffer("16030100 02"), false)).isTrue();
        assertThat(KeyMethod2.isWhole(Hex.buffer(CLIENT_START + "0401"), true)).isTrue();
    }

    @Test
    void readsAServerThatSaysMoreThanItMust() throws WireException {
        try (KeyMethod2.Server server =
                KeyMethod2.decodeServer(Hex.buffer(SERVER_START + OPTIONS + "0000 0000 0000"))) {
            ByteBuf out = Unpooled.buffer();
            KeyMethod2.encode(server, out);
            assertThat(Hex.of(out)).isEqualTo((SERVER_START + OPTIONS).replace(" ", ""));
        }
    }

    @Test
    void hidesAndWipesItsSecrets() throws WireException {
        KeyMethod2.Client client =
                KeyMethod2.decodeClient(Hex.buffer(CLIENT_START + OPTIONS + "0003 6d6500 0003 707700 0000"));
        assertThat(client.toString()).doesNotContain("pw", "7077", "1111");
        client.close();
        for (Secret secret : List.of(client.preMaster(), client.random1(), client.random2(), client.password())) {
            assertThatIllegalStateException().isThrownBy(secret::expose);
        }
    }

    @Test
    void throwsNothingUncheckedWhateverComes() {
        List<byte[]> messages = goodClients()
                .map(each -> Octets.fromHex((String) each.get()[0]).toByteArray())
                .toList();
        Mutations.neverThrowUnchecked(
                messages, in -> KeyMethod2.decodeClient(in).close());
        Mutations.neverThrowUnchecked(
                messages, in -> KeyMethod2.decodeServer(in).close());
    }

    private static byte[] octets(int value, int count) {
        byte[] octets = new byte[count];
        java.util.Arrays.fill(octets, (byte) value);
        return octets;
    }
}
