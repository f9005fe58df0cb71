package io.sallyport.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.support.Needs;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PacketCiphersTest {
    private static final byte[] NONCE = new byte[Aead.NONCE_OCTETS];

    static Stream<PacketCipherProvider> present() {
        return PacketCiphers.present().stream();
    }

    @Test
    void autoChoosesTheFastestOfThosePresent() throws CipherUnavailableException {
        PacketCiphers.Choice choice = PacketCiphers.choose("auto");
        assertThat(choice.measured()).hasSameSizeAs(PacketCiphers.present());
        assertThat(choice.provider().name())
                .isEqualTo(choice.measured().getFirst().name());
        assertThat(choice.measured()).allMatch(each -> each.nanosPerPacket() > 0);
        assertThat(choice.description()).contains(choice.provider().name()).endsWith(" ns)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"javax.crypto", "openssl"})
    void aNamedLibraryIsTaken(String name) throws CipherUnavailableException {
        Needs.that(present().anyMatch(each -> each.name().equals(name)), "the library of " + name);
        assertThat(PacketCiphers.choose(name).provider().name()).isEqualTo(name);
    }

    @Test
    void anUnknownNameIsRefusedInOneSentence() {
        assertThatThrownBy(() -> PacketCiphers.choose("rot13"))
                .isInstanceOf(CipherUnavailableException.class)
                .hasMessage("packet cipher \"rot13\" is not known: use auto, javax.crypto or openssl");
    }

    @Test
    void aMissingLibraryIsRefusedInOneSentence() {
        assertThatThrownBy(() -> OpenSslPacketCiphers.load("libnosuchcrypto.so.9"))
                .isInstanceOf(CipherUnavailableException.class)
                .hasMessageContaining("libnosuchcrypto.so.9")
                .hasMessageContaining("choose javax.crypto");
    }

    @ParameterizedTest
    @MethodSource("present")
    void refusesKeysOfTheWrongLength(PacketCipherProvider provider) {
        try (Secret key = Secret.taking(new byte[31])) {
            for (Aead aead : Aead.values()) {
                assertThatThrownBy(() -> provider.sealing(aead, key)).isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> provider.opening(aead, key)).isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("present")
    void closingTwiceIsHarmlessAndUseAfterwardsIsRefused(PacketCipherProvider provider) {
        ByteBuf packet = Unpooled.directBuffer(64, 64).writeZero(64);
        try {
            for (Aead aead : Aead.values()) {
                PacketCipher sealing = sealing(provider, aead);
                PacketCipher opening = opening(provider, aead);
                sealing.seal(NONCE, packet, 24, 8, packet, 24, 0, 8, 8);
                sealing.close();
                sealing.close();
                opening.close();
                opening.close();
                assertThatThrownBy(() -> sealing.seal(NONCE, packet, 24, 8, packet, 24, 0, 8, 8))
                        .isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> opening.open(NONCE, packet, 24, 8, 0, 8, 8, packet, 24))
                        .isInstanceOf(IllegalStateException.class);
            }
        } finally {
            packet.release();
        }
    }

    @ParameterizedTest
    @MethodSource("present")
    void staysInsideItsBuffers(PacketCipherProvider provider) {
        ByteBuf packet = Unpooled.directBuffer(64, 64).writeZero(64);
        try (PacketCipher sealing = sealing(provider, Aead.AES_256_GCM);
                PacketCipher opening = opening(provider, Aead.AES_256_GCM)) {
            assertThatThrownBy(() -> sealing.seal(NONCE, packet, 24, 41, packet, 24, 0, 8, 8))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> sealing.seal(NONCE, packet, 24, 8, packet, 24, 0, 8, 49))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> opening.open(NONCE, packet, 24, 8, -1, 8, 8, packet, 24))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        } finally {
            packet.release();
        }
    }

    @ParameterizedTest
    @MethodSource("present")
    void movesPlaintextThatOverlapsItsDestination(PacketCipherProvider provider) {
        ByteBuf packet = Unpooled.directBuffer(128, 128).writeZero(128);
        try (PacketCipher sealing = sealing(provider, Aead.AES_256_GCM);
                PacketCipher opening = opening(provider, Aead.AES_256_GCM)) {
            for (int i = 0; i < 50; i++) {
                packet.setByte(30 + i, i);
            }
            sealing.seal(NONCE, packet, 30, 50, packet, 24, 0, 8, 8);
            assertThat(opening.open(NONCE, packet, 24, 50, 0, 8, 8, packet, 31)).isTrue();
            for (int i = 0; i < 50; i++) {
                assertThat(packet.getByte(31 + i)).isEqualTo((byte) i);
            }
        } finally {
            packet.release();
        }
    }

    private static PacketCipher sealing(PacketCipherProvider provider, Aead aead) {
        try (Secret key = Secret.taking(new byte[aead.keyOctets()])) {
            return provider.sealing(aead, key);
        }
    }

    private static PacketCipher opening(PacketCipherProvider provider, Aead aead) {
        try (Secret key = Secret.taking(new byte[aead.keyOctets()])) {
            return provider.opening(aead, key);
        }
    }
}
