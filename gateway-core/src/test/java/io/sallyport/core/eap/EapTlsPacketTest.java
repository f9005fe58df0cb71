package io.sallyport.core.eap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sallyport.core.eap.EapTlsPacket.MalformedException;
import io.sallyport.core.octets.Octets;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EapTlsPacketTest {
    private static final int NONE = EapTlsPacket.NO_LENGTH;

    static Stream<Arguments> good() {
        return Stream.of(
                arguments("20", EapTlsPacket.START),
                arguments("00", EapTlsPacket.ACK),
                arguments("00160301", new EapTlsPacket(false, false, NONE, Octets.fromHex("160301"))),
                arguments("8000000003160301", new EapTlsPacket(false, false, 3, Octets.fromHex("160301"))),
                arguments("c000000400160301", new EapTlsPacket(false, true, 1024, Octets.fromHex("160301"))),
                arguments("40160301", new EapTlsPacket(false, true, NONE, Octets.fromHex("160301"))),
                arguments("c00001000016", new EapTlsPacket(false, true, 65536, Octets.fromHex("16"))));
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                arguments("", "no flags"),
                arguments("80", "the length is cut off"),
                arguments("80000000", "the length is cut off"),
                arguments("20160301", "a start with data"),
                arguments("60", "a start with data"),
                arguments("40", "a fragment without data"),
                arguments("c000000010", "a fragment without data"),
                arguments("8000000002160301", "more octets than the message's 2"),
                arguments("c00001000116", "a message of 65537 octets"),
                arguments("80ffffffff16", "a message of 4294967295 octets"));
    }

    @ParameterizedTest
    @MethodSource("good")
    void reencodesToTheSameOctets(String hex, EapTlsPacket packet) throws Exception {
        assertThat(EapTlsPacket.decode(Octets.fromHex(hex))).isEqualTo(packet);
        assertThat(packet.encode().toHex()).isEqualTo(hex);
    }

    @ParameterizedTest
    @MethodSource("bad")
    void refusesWithItsReason(String hex, String reason) {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> EapTlsPacket.decode(Octets.fromHex(hex)))
                .withMessage(reason);
    }

    /** The data has no length of its own: what is cut inside it is another packet, and the message's length tells. */
    @ParameterizedTest
    @MethodSource("good")
    void refusesEveryTruncationOfTheHeader(String hex, EapTlsPacket packet) {
        Octets octets = Octets.fromHex(hex);
        int header = octets.length() - packet.data().length();
        for (int i = 0; i < header; i++) {
            Octets cut = octets.slice(0, i);
            assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> EapTlsPacket.decode(cut));
        }
    }

    @Test
    void ignoresReservedBits() throws Exception {
        assertThat(EapTlsPacket.decode(Octets.fromHex("3f"))).isEqualTo(EapTlsPacket.START);
    }

    @Test
    void nothingThrowsAnythingUnchecked() {
        Random random = new Random(5216);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] octets = new byte[random.nextInt(12)];
            random.nextBytes(octets);
            try {
                assertThat(EapTlsPacket.decode(Octets.of(octets)).data().length())
                        .isLessThan(12);
            } catch (MalformedException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(1, 19_999);
    }
}
