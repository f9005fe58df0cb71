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
        assertThat(sealedKeyId()).isEqualTo(-1);
        assertThat(receive(0)).isEqualTo(Verdict.KEY_UNKNOWN);
    }

    @Test
    void aKeyOpensAtOnceButIsSentWithOnlyWhenItIsActivated() {
        server.install(key(0, KeyMaterial.End.SERVER));
        assertThat(sealedKeyId()).isEqualTo(-1);
        assertThat(receive(0)).isNull();
        server.activate(0);
        server.install(key(1, KeyMaterial.End.SERVER));
        assertThat(sealedKeyId()).isZero();
        assertThat(receive(1)).isNull();
        assertThat(sealedKeyId()).isZero();
        server.activate(1);
        assertThat(sealedKeyId()).isEqualTo(1);
    }

    @Test
    void theLameDuckOpensUntilItIsRetired() {
        server.install(key(0, KeyMaterial.End.SERVER));
        server.install(key(1, KeyMaterial.End.SERVER));
        server.activate(1);
        assertThat(receive(0)).isNull();
        server.retire(0);
        assertThat(receive(0)).isEqualTo(Verdict.KEY_UNKNOWN);
        assertThat(receive(1)).isNull();
        assertThat(sealedKeyId()).isEqualTo(1);
        server.retire(5);
        server.retire(1);
        assertThat(sealedKeyId()).isEqualTo(-1);
    }

    @Test
    void aKeyIdThatComesRoundAgainReplacesTheOldKey() {
        DataChannelKey old = key(1, KeyMaterial.End.SERVER);
        server.install(old);
        server.install(key(1, KeyMaterial.End.SERVER));
        ByteBuf packet = PacketBuffers.take().writeZero(20);
        assertThat(old.seal(packet)).isEqualTo(Verdict.KEY_UNKNOWN);
        packet.release();
        assertThat(receive(1)).isNull();
    }

    @Test
    void aKeyNearItsEndAsksForTheNext() {
        server.install(key(0, KeyMaterial.End.SERVER, KeyUse.SOFT_PACKETS));
        assertThat(server.renegotiationDue()).isFalse();
        server.activate(0);
        assertThat(server.renegotiationDue()).isTrue();
        server.install(key(1, KeyMaterial.End.SERVER));
        server.activate(1);
        assertThat(server.renegotiationDue()).isFalse();
    }

    @Test
    void forgetsAllKeysAtTheEnd() {
        server.install(key(0, KeyMaterial.End.SERVER));
        server.activate(0);
        server.close();
        assertThat(server.sending()).isNull();
        assertThat(receive(0)).isEqualTo(Verdict.KEY_UNKNOWN);
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
            return server.open(packet, packet);
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
            return new PacketIdKey(
                    keyId,
                    1,
                    DataCipher.AES_128_GCM,
                    material,
                    end,
                    new JavaxPacketCiphers(),
                    KeyUse.ofPacketIds(io.sallyport.core.crypto.Aead.AES_128_GCM)
                            .spent(packets, 0));
        }
    }
}
