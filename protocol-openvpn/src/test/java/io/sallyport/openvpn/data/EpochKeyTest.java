package io.sallyport.openvpn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.sallyport.core.crypto.JavaxPacketCiphers;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.packet.PacketBuffers;
import io.sallyport.core.worker.Verdict;
import io.sallyport.openvpn.wire.DataCipher;
import io.sallyport.openvpn.wire.DataPacket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EpochKeyTest {
    private static final int PEER_ID = 0x040007;

    private final byte[] octets = new byte[256];
    private final byte[] payload = new byte[100];
    private final ByteBuf packet = PacketBuffers.take();
    private EpochKey server;
    private EpochKey client;

    EpochKeyTest() {
        Random random = new Random(7);
        random.nextBytes(octets);
        random.nextBytes(payload);
        packet.writeBytes(payload);
        server = key(DataCipher.AES_256_GCM, KeyMaterial.End.SERVER);
        client = key(DataCipher.AES_256_GCM, KeyMaterial.End.CLIENT);
    }

    @AfterEach
    void release() {
        packet.release();
        server.close();
        client.close();
    }

    /** test_data_channel_known_vectors_run of OpenVPN's tests/unit_tests/openvpn/test_ssl.c, master branch, 2025: both ends have one secret, and send in epoch 4. */
    @Test
    void sealsAsOpenVpnDoes() {
        byte[] pattern = "abcdefgh01234567ABCDEFGHjkuchenl".getBytes(StandardCharsets.US_ASCII);
        byte[] e1 = new byte[32];
        for (int i = 0; i < e1.length; i++) {
            e1[i] = (byte) (pattern[i] ^ i);
        }
        byte[] text = "The quick little fox jumps over the bureaucratic hurdles".getBytes(StandardCharsets.US_ASCII);
        try (EpochSecret sending = new EpochSecret(1, Secret.copyOf(e1));
                EpochSecret receiving = new EpochSecret(1, Secret.copyOf(e1))) {
            for (int i = 0; i < 3; i++) {
                sending.next();
            }
            EpochKey key =
                    new EpochKey(0, 0x07000017, DataCipher.AES_256_GCM, sending, receiving, new JavaxPacketCiphers());
            ByteBuf known = PacketBuffers.take().writeBytes(text);
            assertThat(key.seal(known)).isNull();
            String hex = ByteBufUtil.hexDump(known);
            assertThat(hex).hasSize(2 * (text.length + 28)).startsWith("070000170004000000000001");
            // the test looks at 6 octets from the 14th after opcode and peer id on, and at the tag
            assertThat(hex.substring(2 * (4 + 14), 2 * (4 + 20))).isEqualTo("36aab4d49ce6");
            assertThat(hex).endsWith("0ffff5913d39d75b18573b5748589a7d");
            known.release();
            key.close();
        }
    }

    @ParameterizedTest
    @EnumSource(DataCipher.class)
    void bothEndsUnderstandEachOther(DataCipher cipher) {
        try (EpochKey here = key(cipher, KeyMaterial.End.SERVER);
                EpochKey there = key(cipher, KeyMaterial.End.CLIENT)) {
            for (int round = 1; round <= 3; round++) {
                assertThat(here.seal(packet)).isNull();
                assertThat(packet.readableBytes()).isEqualTo(payload.length + here.overhead());
                assertThat(DataPacket.isV2(packet)).isTrue();
                assertThat(DataPacket.peerId(packet)).isEqualTo(PEER_ID);
                assertThat(DataPacket.keyId(packet)).isEqualTo(3);
                assertThat(packet.getLong(packet.readerIndex() + 4)).isEqualTo((1L << 48) + round);
                assertThat(there.open(packet, packet)).isNull();
                assertThat(there.seal(packet)).isNull();
                assertThat(here.open(packet, packet)).isNull();
                assertThat(ByteBufUtil.getBytes(packet)).isEqualTo(payload);
            }
        }
    }

    @Test
    void opensIntoAnotherBufferAndLeavesTheFirstAlone() {
        ByteBuf to = PacketBuffers.take();
        assertThat(client.seal(packet)).isNull();
        byte[] sealed = ByteBufUtil.getBytes(packet);
        assertThat(server.open(packet, Unpooled.buffer(10, 10))).isEqualTo(Verdict.TOO_BIG);
        assertThat(server.open(packet, to)).isNull();
        assertThat(ByteBufUtil.getBytes(to)).isEqualTo(payload);
        assertThat(ByteBufUtil.getBytes(packet)).isEqualTo(sealed);
        assertThat(server.open(packet, packet)).isEqualTo(Verdict.REPLAYED);
        to.release();
    }

    @Test
    void refusesEveryChangedOctetAndEveryTruncation() {
        assertThat(client.seal(packet)).isNull();
        for (int at = 0; at < packet.readableBytes(); at++) {
            ByteBuf changed = packet.copy();
            changed.setByte(at, changed.getByte(at) ^ 2);
            // the two octets of the epoch choose a key: 3 there is, 513 is none
            Verdict expected = at == 4 ? Verdict.KEY_UNKNOWN : Verdict.NOT_AUTHENTIC;
            assertThat(server.open(changed, changed)).as("octet %d", at).isEqualTo(expected);
            changed.release();
        }
        for (int length = 1; length < packet.readableBytes(); length++) {
            ByteBuf part = packet.copy(packet.readerIndex(), length);
            assertThat(server.open(part, part))
                    .as("%d octets", length)
                    .isEqualTo(length <= EpochKey.OVERHEAD ? Verdict.MALFORMED : Verdict.NOT_AUTHENTIC);
            part.release();
        }
        assertThat(server.receivingEpoch()).isEqualTo(1);
        assertThat(server.open(packet, packet)).isNull();
    }

    @Test
    void packetIdZeroAndVersionOneAreNone() {
        assertThat(client.seal(packet)).isNull();
        packet.setLong(packet.readerIndex() + 4, 1L << 48);
        assertThat(server.open(packet, packet)).isEqualTo(Verdict.REPLAYED);
        packet.setByte(packet.readerIndex(), 6 << 3);
        assertThat(server.open(packet, packet)).isEqualTo(Verdict.MALFORMED);
    }

    @Test
    void goesOnToTheNextEpochBeforeTheLimitAndTheOtherEndFollows() {
        client.sealed().spent(5, KeyUse.SOFT_GCM_UNITS);
        ByteBuf late = sealed(); // still before: this one is sealed with the next
        assertThat(epochOf(late)).isEqualTo(2);
        assertThat(late.getLong(late.readerIndex() + 4) & KeyUse.MAX_EPOCH_PACKETS)
                .isEqualTo(1);
        assertThat(client.nearItsEnd()).isFalse();
        assertThat(server.open(late, late)).isNull();
        assertThat(server.receivingEpoch()).isEqualTo(2);
        assertThat(server.sendingEpoch()).isEqualTo(2);
        assertThat(server.seal(packet)).isNull();
        assertThat(epochOf(packet)).isEqualTo(2);
        assertThat(client.open(packet, packet)).isNull();
        assertThat(ByteBufUtil.getBytes(packet)).isEqualTo(payload);
        late.release();
    }

    @Test
    void packetIdsOfAnEpochDoNotComeRoundAgain() {
        try (EpochKey here = key(DataCipher.CHACHA20_POLY1305, KeyMaterial.End.CLIENT)) {
            here.sealed().spent(KeyUse.MAX_EPOCH_PACKETS, 0);
            assertThat(here.seal(packet)).isNull();
            assertThat(packet.getLong(packet.readerIndex() + 4)).isEqualTo((2L << 48) + 1);
        }
    }

    @Test
    void opensTheEpochBeforeAndTheNextFourAndNoOther() {
        ByteBuf[] of = new ByteBuf[8];
        for (int epoch = 1; epoch < of.length; epoch++) {
            of[epoch] = sealed();
            client.sealed().spent(9, KeyUse.SOFT_GCM_UNITS);
        }
        assertThat(open(of[6])).isEqualTo(Verdict.KEY_UNKNOWN);
        assertThat(open(of[3])).isNull();
        assertThat(open(of[1])).isNull();
        assertThat(open(of[1])).isEqualTo(Verdict.REPLAYED);
        assertThat(open(of[2])).isEqualTo(Verdict.KEY_UNKNOWN);
        assertThat(open(of[7])).isNull();
        assertThat(open(of[3])).isEqualTo(Verdict.REPLAYED);
        assertThat(open(of[6])).isEqualTo(Verdict.KEY_UNKNOWN);
        assertThat(open(of[1])).isEqualTo(Verdict.KEY_UNKNOWN);
        assertThat(server.sendingEpoch()).isEqualTo(7);
        for (int epoch = 1; epoch < of.length; epoch++) {
            of[epoch].release();
        }
    }

    @Test
    void asksTheOtherEndOnceToGoOnWhenItsKeyIsOverused() {
        ByteBuf first = sealed();
        assertThat(open(first)).isNull();
        server.receiving().opened().spent(9, KeyUse.SOFT_GCM_UNITS);
        for (int i = 0; i < 3; i++) {
            ByteBuf answer = PacketBuffers.take().writeBytes(payload);
            assertThat(server.seal(answer)).isNull();
            assertThat(epochOf(answer)).isEqualTo(2);
            answer.release();
        }
        assertThat(server.nearItsEnd()).isTrue();
        first.release();
    }

    @Test
    void stopsAfterTooManyForgeriesOfAnEpochAndGoesOnWithTheNext() {
        ByteBuf good = sealed();
        server.receiving().forged(DataChannelKey.MAX_FORGERIES);
        assertThat(open(good)).isEqualTo(Verdict.KEY_UNKNOWN);
        assertThat(server.seal(packet)).isNull();
        assertThat(client.open(packet, packet)).isNull();
        ByteBuf next = sealed();
        assertThat(epochOf(next)).isEqualTo(2);
        assertThat(open(next)).isNull();
        assertThat(server.nearItsEnd()).isFalse();
        good.release();
        next.release();
    }

    @Test
    void negotiatesANewKeyWhenEpochsRunOutAndNeverPassesTheLast() {
        try (EpochKey late = late(EpochKey.MAX_EPOCH - 1)) {
            assertThat(late.nearItsEnd()).isTrue();
            late.sealed().spent(9, KeyUse.SOFT_GCM_UNITS);
            assertThat(late.seal(packet)).isNull();
            assertThat(epochOf(packet)).isEqualTo(EpochKey.MAX_EPOCH);
            late.sealed().spent(KeyUse.MAX_EPOCH_PACKETS, 9);
            assertThat(late.seal(packet)).isEqualTo(Verdict.KEY_UNKNOWN);
        }
    }

    @Test
    void needsAPeerIdAndDoesNothingOnceClosed() {
        try (KeyMaterial material = new KeyMaterial(Secret.copyOf(octets))) {
            assertThatThrownBy(() -> new EpochKey(
                            0,
                            DataPacket.NO_PEER_ID,
                            DataCipher.AES_256_GCM,
                            material,
                            KeyMaterial.End.CLIENT,
                            new JavaxPacketCiphers()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        ByteBuf before = sealed();
        server.close();
        server.close();
        assertThat(server.seal(packet)).isEqualTo(Verdict.KEY_UNKNOWN);
        assertThat(open(before)).isEqualTo(Verdict.KEY_UNKNOWN);
        before.release();
    }

    private ByteBuf sealed() {
        ByteBuf made = PacketBuffers.take().writeBytes(payload);
        assertThat(client.seal(made)).isNull();
        return made;
    }

    /** A copy of it. */
    private @Nullable Verdict open(ByteBuf sealed) {
        ByteBuf copy = sealed.copy();
        Verdict verdict = server.open(copy, copy);
        copy.release();
        return verdict;
    }

    private static int epochOf(ByteBuf sealed) {
        return sealed.getUnsignedShort(sealed.readerIndex() + 4);
    }

    private EpochKey late(int epoch) {
        Secret secret = Secret.taking(Arrays.copyOf(HexFormat.of().parseHex("07".repeat(32)), 32));
        return new EpochKey(
                0,
                DataPacket.v2Header(0, PEER_ID),
                DataCipher.AES_256_GCM,
                new EpochSecret(epoch, secret),
                new EpochSecret(1, Secret.taking(new byte[32])),
                new JavaxPacketCiphers());
    }

    private EpochKey key(DataCipher cipher, KeyMaterial.End end) {
        try (KeyMaterial material = new KeyMaterial(Secret.copyOf(octets))) {
            return new EpochKey(3, PEER_ID, cipher, material, end, new JavaxPacketCiphers());
        }
    }
}
