package io.sallyport.core.eap;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sallyport.core.eap.EapTlsPacket.MalformedException;
import io.sallyport.core.octets.Octets;

class EapTlsPacketFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void everyPacketIsReadOrRefused(byte[] octets) throws MalformedException {
        EapTlsPacket packet;
        try {
            packet = EapTlsPacket.decode(Octets.of(octets));
        } catch (MalformedException expected) {
            // the one way to refuse
            return;
        }
        assertThat(packet.length()).isBetween(EapTlsPacket.NO_LENGTH, EapTlsPacket.MOST_MESSAGE_OCTETS);
        assertThat(packet.length() == EapTlsPacket.NO_LENGTH || packet.data().length() <= packet.length())
                .isTrue();
        assertThat(packet.isAck() && packet.more()).isFalse();
        assertThat(EapTlsPacket.decode(packet.encode())).isEqualTo(packet);
    }
}
