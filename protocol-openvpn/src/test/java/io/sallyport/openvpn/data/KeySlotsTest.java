package io.sallyport.openvpn.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.crypto.JavaxPacketCiphers;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.packet.PacketBuffers;
import io.sallyport.core.worker.Verdict;
import io.sallyport.openvpn.wire.DataCipher;
import io.sallyport.openvpn.wire.DataPacket;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeySlotsTest {
    private final KeySlots server = new KeySlots();

    @AfterEach
    void wipe() {
        server.close();
    }

    @Test
    void nothingGoesBeforeThereIsAKey() {
        assertThat(server.ready()).isFalse();
        assertThat(sealedKeyId()).isEqualTo(-1);
        assertThat(receive(0)).isEqualTo(Verdict.KEY_UNKNOWN);
    }

    @Test
    void theFirstKeyIsUsedAtOnce() {
        server.install(key(0, KeyMaterial.End.SERVER), 0);
        assertThat(sealedKeyId()).isZero();
        assertThat(receive(0)).isNull();
    }

    @Test
    void aNewKeyOpensAtOnceButIsSentWithOnlyWhenTheClientShowedIt() {
        server.install(key(0, KeyMaterial.End.SERVER), 0);
        server.install(key(1, KeyMaterial.End.SERVER), 0);
        assertThat(sealedKeyId()).isZero();
        assertThat(receive(0)).isNull();
        assertThat(sealedKeyId()).isZero();
        assertThat(receive(1)).isNull();
        assertThat(sealedKeyId()).isEqualTo(1);
    }

    @Test
    void aForgedPacketShowsNothing() {
        server.install(key(0, KeyMaterial.End.SERVER), 0);
        server.install(key(1, KeyMaterial.End.SERVER), 0);
        ByteBuf noise = PacketBuffers.take();
        noise.writeInt(DataPacket.v2Header(1, 1)).writeInt(1).writeZero(40);
        assertThat(server.open(noise)).isEqualTo(Verdict.NOT_AUTHENTIC);
        noise.release();
        assertThat(sealedKeyId()).isZero();
    }

    @Test
    void aNewKeyThatNobodyShowsIsSentWithInTheEnd() {
        server.install(key(0, KeyMaterial.End.SERVER), 0);
        server.install(key(1, KeyMaterial.End.SERVER), 0);
        server.tick(KeySlots.SHOW_NANOS - 1);
        assertThat(sealedKeyId()).isZero();
        server.tick(KeySlots.SHOW_NANOS);
        assertThat(sealedKeyId()).isEqualTo(1);
    }

    @Test
    void theLameDuckOpensForItsTimeAndNoLonger() {
        server.install(key(0, KeyMaterial.End.SERVER), 0);
        server.install(key(1, KeyMaterial.End.SERVER), 0);
        assertThat(receive(1)).isNull();
        server.tick(5);
        assertThat(receive(0)).isNull();
        server.tick(5 + KeySlots.LAME_DUCK_NANOS - 1);
        assertThat(receive(0)).isEqualTo(Verdict.REPLAYED);
        server.tick(5 + KeySlots.LAME_DUCK_NANOS);
        assertThat(receive(0)).isEqualTo(Verdict.KEY_UNKNOWN);
    }

    @Test
    void aThirdKeyEndsTheFirst() {
        server.install(key(0, KeyMaterial.End.SERVER), 0);
        server.install(key(1, KeyMaterial.End.SERVER), 0);
        server.install(key(2, KeyMaterial.End.SERVER), 0);
        assertThat(sealedKeyId()).isEqualTo(1);
        assertThat(receive(0)).isNull();
        assertThat(receive(2)).isNull();
        assertThat(receive(0)).isEqualTo(Verdict.KEY_UNKNOWN);
        assertThat(receive(1)).isNull();
    }

    @Test
    void anExhaustedKeyMakesWayForTheNewOne() {
        server.install(key(0, KeyMaterial.End.SERVER, KeyUse.MAX_PACKETS), 0);
        assertThat(server.renegotiationDue()).isTrue();
        assertThat(sealedKeyId()).isEqualTo(-1);
        server.install(key(1, KeyMaterial.End.SERVER), 0);
        assertThat(server.renegotiationDue()).isFalse();
        assertThat(sealedKeyId()).isEqualTo(1);
    }

    private int sealedKeyId() {
        ByteBuf packet = PacketBuffers.take().writeZero(20);
        try {
            return server.seal(packet) == null ? DataPacket.keyId(packet) : -1;
        } finally {
            packet.release();
        }
    }

    /** The first packet of a client that has just this key. */
    private @Nullable Verdict receive(int keyId) {
        ByteBuf packet = PacketBuffers.take().writeZero(20);
        try (DataChannelKey client = key(keyId, KeyMaterial.End.CLIENT)) {
            assertThat(client.seal(packet)).isNull();
            return server.open(packet);
        } finally {
            packet.release();
        }
    }

    private static DataChannelKey key(int keyId, KeyMaterial.End end) {
        return key(keyId, end, 0);
    }

    private static DataChannelKey key(int keyId, KeyMaterial.End end, long packets) {
        byte[] octets = new byte[256];
        Arrays.fill(octets, (byte) (keyId + 1));
        try (KeyMaterial material = new KeyMaterial(Secret.taking(octets))) {
            return new DataChannelKey(
                    keyId,
                    1,
                    DataCipher.AES_128_GCM,
                    material,
                    end,
                    new JavaxPacketCiphers(),
                    new KeyUse(io.sallyport.core.crypto.Aead.AES_128_GCM, packets, 0));
        }
    }
}
