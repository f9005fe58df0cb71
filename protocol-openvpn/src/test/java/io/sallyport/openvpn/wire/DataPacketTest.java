package io.sallyport.openvpn.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DataPacketTest {
    @Test
    void readsTheHeader() {
        var packet = Hex.buffer("ff 4d fc0001 00000007").skipBytes(1);
        assertThat(DataPacket.isV2(packet)).isTrue();
        assertThat(DataPacket.keyId(packet)).isEqualTo(5);
        assertThat(DataPacket.peerId(packet)).isEqualTo(0xfc0001);
        assertThat(DataPacket.worker(0xfc0001)).isEqualTo(63);
        assertThat(DataPacket.index(0xfc0001)).isEqualTo(1);
        assertThat(DataPacket.v2Header(5, 0xfc0001)).isEqualTo(0x4dfc0001);
    }

    @Test
    void tellsVersionOneFromTwo() {
        assertThat(DataPacket.isV2(Hex.buffer("30"))).isFalse();
        assertThat(DataPacket.isV2(Hex.buffer("48"))).isTrue();
        assertThat(Opcode.of(0x30)).isEqualTo(Opcode.DATA_V1);
        assertThat(Opcode.of(0x08)).isNull();
    }

    @Test
    void aPeerIdNamesItsWorker() {
        int peerId = DataPacket.peerId(37, 12345);
        assertThat(DataPacket.worker(peerId)).isEqualTo(37);
        assertThat(DataPacket.index(peerId)).isEqualTo(12345);
        assertThat(DataPacket.peerId(63, DataPacket.MAX_PEERS_PER_WORKER - 1)).isEqualTo(DataPacket.NO_PEER_ID);
    }
}
