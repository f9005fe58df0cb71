package io.sallyport.openvpn.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Octets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataPayloadTest {
    @ParameterizedTest
    @CsvSource({
        "'', UNKNOWN",
        "45, IP_PACKET",
        "60, IP_PACKET",
        "2a187bf3641eb4cb07ed2d0a981fc748, PING",
        "2a187bf3641eb4cb07ed2d0a981fc749, UNKNOWN",
        "2a187bf3641eb4cb07ed2d0a981fc7, UNKNOWN",
        "287f346bd4ef7a812d56b8d3afc5459c06, EXIT",
        "287f346bd4ef7a812d56b8d3afc5459c00, OTHER_OCC",
        "287f346bd4ef7a812d56b8d3afc5459c, UNKNOWN",
        "fa45, COMPRESSED",
        "fb45, COMPRESSED",
        "00, UNKNOWN"
    })
    void tellsThemByTheirFirstOctets(String hex, DataPayload expected) {
        ByteBuf payload =
                Unpooled.wrappedBuffer(Octets.fromHex("99" + hex).toByteArray()).skipBytes(1);
        assertThat(DataPayload.of(payload)).isEqualTo(expected);
    }

    @Test
    void writesWhatItReads() {
        ByteBuf out = Unpooled.buffer();
        DataPayload.writePing(out);
        assertThat(DataPayload.of(out)).isEqualTo(DataPayload.PING);
        out.clear();
        DataPayload.writeExit(out);
        assertThat(DataPayload.of(out)).isEqualTo(DataPayload.EXIT);
    }
}
