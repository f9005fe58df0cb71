package io.sallyport.openvpn.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.sallyport.core.crypto.Aead;
import io.sallyport.core.crypto.JavaxPacketCiphers;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.packet.PacketBuffers;
import io.sallyport.core.worker.Verdict;
import io.sallyport.openvpn.wire.DataCipher;
import io.sallyport.openvpn.wire.DataPacket;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PacketIdKeyTest {
    private static final int PEER_ID = 0x040007;

    private final byte[] octets = new byte[256];
    private final byte[] payload = new byte[1000];
    private final ByteBuf packet = PacketBuffers.take();

    PacketIdKeyTest() {
        RandomGenerator random = new java.util.Random(7);
        random.nextBytes(octets);
        random.nextBytes(payload);
        packet.writeBytes(payload);
    }

    @AfterEach
    void release() {
        packet.release();
    }

    @ParameterizedTest
    @EnumSource(DataCipher.class)
    void bothEndsUnderstandEachOther(DataCipher cipher) {
        try (var server = key(cipher, KeyMaterial.End.SERVER, PEER_ID);
                var client = key(cipher, KeyMaterial.End.CLIENT, PEER_ID)) {
            for (int round = 1; round <= 3; round++) {
                assertThat(server.seal(packet)).isNull();
                assertThat(packet.readerIndex()).isEqualTo(PacketBuffers.HEADROOM - DataPacket.V2_OVERHEAD);
                assertThat(DataPacket.isV2(packet)).isTrue();
                assertThat(DataPacket.peerId(packet)).isEqualTo(PEER_ID);
                assertThat(DataPacket.keyId(packet)).isEqualTo(3);
                assertThat(packet.getInt(packet.readerIndex() + 4)).isEqualTo(round);
                assertThat(client.open(packet, packet)).isNull();
                assertThat(client.seal(packet)).isNull();
                assertThat(server.open(packet, packet)).isNull();
                assertThat(ByteBufUtil.getBytes(packet)).isEqualTo(payload);
            }
        }
    }

    @Test
    void versionOneHasNoPeerIdAndAuthenticatesThePacketIdOnly() {
        try (var server = key(DataCipher.AES_256_GCM, KeyMaterial.End.SERVER, PEER_ID);
                var client = key(DataCipher.AES_256_GCM, KeyMaterial.End.CLIENT, DataPacket.NO_PEER_ID)) {
            assertThat(client.seal(packet)).isNull();
            assertThat(packet.readerIndex()).isEqualTo(PacketBuffers.HEADROOM - DataPacket.V1_OVERHEAD);
            assertThat(DataPacket.isV2(packet)).isFalse();
            assertThat(server.open(packet, packet)).isNull();
            assertThat(ByteBufUtil.getBytes(packet)).isEqualTo(payload);
        }
    }

    /** The layout written down a second time, with javax.crypto alone. */
    @ParameterizedTest
    @EnumSource(DataCipher.class)
    void sealsWhatTheFormatSays(DataCipher cipher) throws Exception {
        try (var server = key(cipher, KeyMaterial.End.SERVER, PEER_ID)) {
            assertThat(server.seal(packet)).isNull();
        }
        byte[] sealed = ByteBufUtil.getBytes(packet);
        byte[] nonce = new byte[12];
        System.arraycopy(sealed, 4, nonce, 0, 4);
        System.arraycopy(octets, 128 + 64, nonce, 4, 8);
        boolean gcm = cipher != DataCipher.CHACHA20_POLY1305;
        Cipher plain = Cipher.getInstance(gcm ? "AES/GCM/NoPadding" : "ChaCha20-Poly1305");
        int keyOctets = Aead.valueOf(cipher.name()).keyOctets();
        plain.init(
                Cipher.DECRYPT_MODE,
                new SecretKeySpec(octets, 128, keyOctets, gcm ? "AES" : "ChaCha20"),
                gcm ? new GCMParameterSpec(128, nonce) : new IvParameterSpec(nonce));
        plain.updateAAD(sealed, 0, 8);
        plain.update(new byte[0]);
        byte[] ciphertextAndTag = new byte[sealed.length - 8];
        System.arraycopy(sealed, 24, ciphertextAndTag, 0, sealed.length - 24);
        System.arraycopy(sealed, 8, ciphertextAndTag, sealed.length - 24, 16);
        assertThat(plain.doFinal(ciphertextAndTag)).isEqualTo(payload);
    }

    @Test
    void opensIntoAnotherBufferAndLeavesTheFirstAlone() {
        ByteBuf to = PacketBuffers.take();
        try (var server = key(DataCipher.AES_256_GCM, KeyMaterial.End.SERVER, PEER_ID);
                var client = key(DataCipher.AES_256_GCM, KeyMaterial.End.CLIENT, PEER_ID)) {
            assertThat(client.seal(packet)).isNull();
            byte[] sealed = ByteBufUtil.getBytes(packet);
            assertThat(server.open(packet, to)).isNull();
            assertThat(ByteBufUtil.getBytes(to)).isEqualTo(payload);
            assertThat(to.readerIndex()).isEqualTo(PacketBuffers.HEADROOM);
            assertThat(ByteBufUtil.getBytes(packet)).isEqualTo(sealed);
            ByteBuf small = io.netty.buffer.Unpooled.buffer(10, 10);
            packet.setInt(packet.readerIndex() + 4, 2);
            assertThat(server.open(packet, small)).isEqualTo(Verdict.TOO_BIG);
        } finally {
            to.release();
        }
    }

    @Test
    void refusesAReplay() {
        try (var server = key(DataCipher.AES_128_GCM, KeyMaterial.End.SERVER, PEER_ID);
                var client = key(DataCipher.AES_128_GCM, KeyMaterial.End.CLIENT, PEER_ID)) {
            assertThat(client.seal(packet)).isNull();
            ByteBuf again = packet.copy();
            assertThat(server.open(packet, packet)).isNull();
            assertThat(server.open(again, again)).isEqualTo(Verdict.REPLAYED);
            again.release();
        }
    }

    @Test
    void refusesEveryChangedOctetAndAForgeryDoesNotMoveTheWindow() {
        try (var server = key(DataCipher.AES_256_GCM, KeyMaterial.End.SERVER, PEER_ID);
                var client = key(DataCipher.AES_256_GCM, KeyMaterial.End.CLIENT, PEER_ID)) {
            packet.writerIndex(packet.readerIndex() + 40);
            assertThat(client.seal(packet)).isNull();
            // the key id in the first octet chooses the key: the octet is authenticated all the same
            for (int at = 0; at < packet.readableBytes(); at++) {
                ByteBuf changed = packet.copy();
                changed.setByte(at, changed.getByte(at) ^ 2);
                assertThat(server.open(changed, changed)).as("octet %d", at).isEqualTo(Verdict.NOT_AUTHENTIC);
                changed.release();
            }
            assertThat(server.open(packet, packet)).isNull();
        }
    }

    @Test
    void refusesEveryTruncation() {
        try (var server = key(DataCipher.AES_256_GCM, KeyMaterial.End.SERVER, PEER_ID);
                var client = key(DataCipher.AES_256_GCM, KeyMaterial.End.CLIENT, PEER_ID)) {
            packet.writerIndex(packet.readerIndex() + 40);
            assertThat(client.seal(packet)).isNull();
            for (int length = 1; length < packet.readableBytes(); length++) {
                ByteBuf part = packet.copy(packet.readerIndex(), length);
                assertThat(server.open(part, part))
                        .as("%d octets", length)
                        .isEqualTo(length <= DataPacket.V2_OVERHEAD ? Verdict.MALFORMED : Verdict.NOT_AUTHENTIC);
                part.release();
            }
        }
    }

    @Test
    void packetIdZeroIsNone() {
        try (var server = key(DataCipher.AES_256_GCM, KeyMaterial.End.SERVER, PEER_ID)) {
            packet.setInt(packet.readerIndex(), DataPacket.v2Header(3, PEER_ID));
            packet.setInt(packet.readerIndex() + 4, 0);
            assertThat(server.open(packet, packet)).isEqualTo(Verdict.REPLAYED);
        }
    }

    @Test
    void asksForANewKeyAndThenStopsBeforePacketIdsRepeat() {
        KeyUse use = KeyUse.ofPacketIds(Aead.CHACHA20_POLY1305).spent(KeyUse.SOFT_PACKETS - 1, 0);
        try (var server = key(DataCipher.CHACHA20_POLY1305, KeyMaterial.End.SERVER, use)) {
            assertThat(server.nearItsEnd()).isFalse();
            assertThat(server.seal(packet)).isNull();
            assertThat(server.nearItsEnd()).isTrue();
        }
        KeyUse last = KeyUse.ofPacketIds(Aead.CHACHA20_POLY1305).spent(KeyUse.MAX_PACKETS - 1, 0);
        try (var server = key(DataCipher.CHACHA20_POLY1305, KeyMaterial.End.SERVER, last)) {
            assertThat(server.seal(packet)).isNull();
            assertThat(packet.getInt(packet.readerIndex() + 4)).isEqualTo(-1);
            packet.readerIndex(PacketBuffers.HEADROOM);
            assertThat(server.seal(packet)).isEqualTo(Verdict.KEY_UNKNOWN);
        }
    }

    @Test
    void gcmStopsAtItsLimitOfBlocks() {
        // 1000 octets are 63 blocks and one packet
        KeyUse use = KeyUse.ofPacketIds(Aead.AES_256_GCM).spent(5, KeyUse.MAX_GCM_UNITS - 64);
        try (var server = key(DataCipher.AES_256_GCM, KeyMaterial.End.SERVER, use)) {
            assertThat(server.nearItsEnd()).isTrue();
            assertThat(server.seal(packet)).isNull();
            packet.readerIndex(PacketBuffers.HEADROOM);
            assertThat(server.seal(packet)).isEqualTo(Verdict.KEY_UNKNOWN);
        }
    }

    @Test
    void whatTheOtherEndUsedUpCountsByItsPacketIdsNotByWhatArrived() {
        KeyUse almost = KeyUse.ofPacketIds(Aead.CHACHA20_POLY1305).spent(KeyUse.SOFT_PACKETS - 1, 0);
        try (var server = key(DataCipher.CHACHA20_POLY1305, KeyMaterial.End.SERVER, PEER_ID);
                var client = key(DataCipher.CHACHA20_POLY1305, KeyMaterial.End.CLIENT, almost)) {
            assertThat(client.seal(packet)).isNull();
            assertThat(server.open(packet, packet)).isNull();
            assertThat(server.nearItsEnd()).isTrue();
        }
    }

    @Test
    void givesAKeyUpThatMetTooManyForgeries() {
        try (var server = key(DataCipher.AES_256_GCM, KeyMaterial.End.SERVER, PEER_ID);
                var client = key(DataCipher.AES_256_GCM, KeyMaterial.End.CLIENT, PEER_ID)) {
            assertThat(client.seal(packet)).isNull();
            ByteBuf forged = packet.copy();
            forged.setByte(forged.writerIndex() - 1, forged.getByte(forged.writerIndex() - 1) ^ 1);
            server.forged(DataChannelKey.SOFT_FORGERIES - 1);
            assertThat(server.nearItsEnd()).isFalse();
            assertThat(server.open(forged, forged)).isEqualTo(Verdict.NOT_AUTHENTIC);
            assertThat(server.nearItsEnd()).isTrue();
            server.forged(DataChannelKey.MAX_FORGERIES - DataChannelKey.SOFT_FORGERIES - 1);
            assertThat(server.open(forged, forged)).isEqualTo(Verdict.NOT_AUTHENTIC);
            // that was the 2^36th: not even a good packet is opened after it
            assertThat(server.open(packet, packet)).isEqualTo(Verdict.KEY_UNKNOWN);
            forged.release();
        }
    }

    @Test
    void aClosedKeyDoesNothing() {
        var server = key(DataCipher.AES_256_GCM, KeyMaterial.End.SERVER, PEER_ID);
        server.close();
        server.close();
        assertThat(List.of(server.seal(packet), server.open(packet, packet))).containsOnly(Verdict.KEY_UNKNOWN);
    }

    private PacketIdKey key(DataCipher cipher, KeyMaterial.End end, int peerId) {
        try (KeyMaterial material = new KeyMaterial(Secret.copyOf(octets))) {
            return new PacketIdKey(3, peerId, cipher, material, end, new JavaxPacketCiphers());
        }
    }

    private PacketIdKey key(DataCipher cipher, KeyMaterial.End end, KeyUse use) {
        try (KeyMaterial material = new KeyMaterial(Secret.copyOf(Arrays.copyOf(octets, 256)))) {
            return new PacketIdKey(3, PEER_ID, cipher, material, end, new JavaxPacketCiphers(), use);
        }
    }
}
