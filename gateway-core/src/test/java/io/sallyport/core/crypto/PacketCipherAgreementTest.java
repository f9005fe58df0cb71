package io.sallyport.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.sallyport.core.octets.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every library, every layout of a packet, every kind of buffer: the same octets. */
class PacketCipherAgreementTest {
    /** Where a wire format puts things, as offsets from the packet's beginning. */
    private record Layout(int aadLength, int dataAt, int tagAt, int total) {
        /** OpenVPN: additional data, tag, ciphertext. */
        static Layout tagFirst(int aadLength, int length) {
            return new Layout(aadLength, aadLength + Aead.TAG_OCTETS, aadLength, aadLength + Aead.TAG_OCTETS + length);
        }

        /** ESP: SPI and sequence number, explicit nonce of 8 octets, ciphertext, tag. */
        static Layout tagLast(int aadLength, int length) {
            return new Layout(
                    aadLength, aadLength + 8, aadLength + 8 + length, aadLength + 8 + length + Aead.TAG_OCTETS);
        }
    }

    private static final int BEFORE = 5;
    private static final int AFTER = 9;

    private final Random random = new Random(4106);

    @ParameterizedTest
    @EnumSource(Aead.class)
    void allLibrariesGiveTheSameOctetsAndRefuseWhatWasChanged(Aead aead) {
        byte[] key = octets(aead.keyOctets());
        List<PacketCipher> sealing = new ArrayList<>();
        List<PacketCipher> opening = new ArrayList<>();
        try (Secret secret = Secret.copyOf(key)) {
            for (PacketCipherProvider provider : PacketCiphers.present()) {
                sealing.add(provider.sealing(aead, secret));
                opening.add(provider.opening(aead, secret));
            }
        }
        for (int length = 0; length <= 2000; length += length < 34 ? 1 : 1 + random.nextInt(120)) {
            for (int aadLength : new int[] {8, 12}) {
                packet(sealing, opening, Layout.tagFirst(aadLength, length), length);
                packet(sealing, opening, Layout.tagLast(aadLength, length), length);
            }
        }
        packet(sealing, opening, Layout.tagFirst(0, 100), 100);
        packet(sealing, opening, Layout.tagLast(300, 9000), 9000);
        sealing.forEach(PacketCipher::close);
        opening.forEach(PacketCipher::close);
    }

    private void packet(List<PacketCipher> sealing, List<PacketCipher> opening, Layout layout, int length) {
        byte[] plain = octets(length);
        byte[] aad = octets(layout.aadLength);
        byte[] nonce = octets(Aead.NONCE_OCTETS);
        String first = null;
        for (PacketCipher cipher : sealing) {
            // A library may refuse the nonce that it saw last, which is this packet's in another kind of buffer.
            for (boolean inPlace : new boolean[] {true, false}) {
                ByteBufAllocator kind = allocator();
                boolean direct = random.nextBoolean();
                String sealed = seal(cipher, layout, plain, aad, nonce, kind, direct, inPlace);
                first = first == null ? sealed : first;
                assertThat(sealed).isEqualTo(first);
                seal(cipher, layout, plain, aad, octets(Aead.NONCE_OCTETS), kind, direct, inPlace);
            }
        }
        byte[] wire = ByteBufUtil.decodeHexDump(Objects.requireNonNull(first));
        for (PacketCipher cipher : opening) {
            for (boolean inPlace : new boolean[] {true, false}) {
                opensOnlyUnchanged(cipher, layout, plain, nonce, wire, inPlace);
            }
        }
    }

    private void opensOnlyUnchanged(
            PacketCipher cipher, Layout layout, byte[] plain, byte[] nonce, byte[] wire, boolean inPlace) {
        assertThat(open(cipher, layout, nonce, wire, plain, inPlace)).isTrue();
        assertThat(open(cipher, layout, nonce, changed(wire, layout.tagAt, Aead.TAG_OCTETS), plain, inPlace))
                .isFalse();
        if (layout.aadLength > 0) {
            assertThat(open(cipher, layout, nonce, changed(wire, 0, layout.aadLength), plain, inPlace))
                    .isFalse();
        }
        if (plain.length > 0) {
            assertThat(open(cipher, layout, nonce, changed(wire, layout.dataAt, plain.length), plain, inPlace))
                    .isFalse();
        }
        assertThat(open(cipher, layout, changed(nonce, 0, nonce.length), wire, plain, inPlace))
                .isFalse();
        assertThat(open(cipher, layout, nonce, wire, plain, inPlace)).isTrue();
    }

    private static String seal(
            PacketCipher cipher,
            Layout layout,
            byte[] plain,
            byte[] aad,
            byte[] nonce,
            ByteBufAllocator kind,
            boolean direct,
            boolean inPlace) {
        ByteBuf to = buffer(kind, direct, layout.total);
        ByteBuf from = inPlace ? to.retain() : buffer(kind, direct, layout.total);
        try {
            from.setBytes(BEFORE + layout.dataAt, plain);
            to.setBytes(BEFORE, aad);
            cipher.seal(
                    nonce,
                    from,
                    BEFORE + layout.dataAt,
                    plain.length,
                    to,
                    BEFORE + layout.dataAt,
                    BEFORE,
                    aad.length,
                    BEFORE + layout.tagAt);
            untouchedAround(to, layout.total);
            return ByteBufUtil.hexDump(to, BEFORE, layout.total);
        } finally {
            to.release();
            from.release();
        }
    }

    private boolean open(
            PacketCipher cipher, Layout layout, byte[] nonce, byte[] wire, byte[] expected, boolean inPlace) {
        ByteBufAllocator kind = allocator();
        ByteBuf from = buffer(kind, random.nextBoolean(), layout.total);
        ByteBuf to = inPlace ? from.retain() : buffer(kind, random.nextBoolean(), layout.total);
        try {
            from.setBytes(BEFORE, wire);
            boolean opened = cipher.open(
                    nonce,
                    from,
                    BEFORE + layout.dataAt,
                    expected.length,
                    BEFORE,
                    layout.aadLength,
                    BEFORE + layout.tagAt,
                    to,
                    BEFORE + layout.dataAt);
            untouchedAround(to, layout.total);
            if (opened) {
                assertThat(ByteBufUtil.getBytes(to, BEFORE + layout.dataAt, expected.length))
                        .isEqualTo(expected);
            }
            return opened;
        } finally {
            to.release();
            from.release();
        }
    }

    private static ByteBuf buffer(ByteBufAllocator kind, boolean direct, int octets) {
        int size = BEFORE + octets + AFTER;
        ByteBuf buffer = direct ? kind.directBuffer(size, size) : kind.heapBuffer(size, size);
        return buffer.writeZero(size);
    }

    private static void untouchedAround(ByteBuf buffer, int octets) {
        assertThat(ByteBufUtil.hexDump(buffer, 0, BEFORE)).isEqualTo("00".repeat(BEFORE));
        assertThat(ByteBufUtil.hexDump(buffer, BEFORE + octets, AFTER)).isEqualTo("00".repeat(AFTER));
    }

    private ByteBufAllocator allocator() {
        return random.nextBoolean() ? PooledByteBufAllocator.DEFAULT : UnpooledByteBufAllocator.DEFAULT;
    }

    private byte[] changed(byte[] octets, int from, int length) {
        byte[] changed = octets.clone();
        changed[from + random.nextInt(length)] ^= (byte) (1 << random.nextInt(8));
        return changed;
    }

    private byte[] octets(int length) {
        byte[] octets = new byte[length];
        random.nextBytes(octets);
        return octets;
    }
}
