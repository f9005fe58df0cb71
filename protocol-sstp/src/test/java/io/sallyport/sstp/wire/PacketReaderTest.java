package io.sallyport.sstp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Octets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketReaderTest {
    /** Data, control, empty data; reserved bits set in the second and third. */
    private static final String STREAM = "10000008ff030021 10fff00800080000 1000 f004";

    private static final String[] PACKETS = {"data ff030021", "control 00080000", "data "};

    private final PacketReader reader = new PacketReader();
    private final List<String> shown = new ArrayList<>();
    private boolean more = true;

    private final PacketReader.Packets packets = new PacketReader.Packets() {
        @Override
        public boolean data(ByteBuf payload) {
            shown.add("data " + ByteBufUtil.hexDump(payload));
            return more;
        }

        @Override
        public boolean control(ByteBuf message) {
            shown.add("control " + ByteBufUtil.hexDump(message));
            return more;
        }
    };

    @AfterEach
    void close() {
        reader.close();
    }

    @Test
    void readsAllPacketsOfOneRead() {
        assertThat(read(STREAM)).isTrue();
        assertThat(shown).containsExactly(PACKETS);
    }

    @Test
    void cutsTheStreamTheSameHoweverItArrives() {
        byte[] octets = Octets.fromHex(STREAM).toByteArray();
        for (int pieces = 1; pieces < octets.length; pieces++) {
            shown.clear();
            for (int at = 0; at < octets.length; at += pieces) {
                ByteBuf piece = Unpooled.wrappedBuffer(octets, at, Math.min(pieces, octets.length - at));
                assertThat(reader.read(piece, packets)).isTrue();
                assertThat(piece.isReadable()).isFalse();
            }
            assertThat(shown).as("pieces of %d", pieces).containsExactly(PACKETS);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10000003", "10010000", "11000008", "00000008", "20000008", "48545450", "10000004 00000004"})
    void refusesWhatBeginsNoPacket(String hex) {
        assertThat(read(hex)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10 000003", "1000 0003", "100000 03", "11 000008"})
    void refusesItInPiecesToo(String hex) {
        boolean fine = true;
        for (String piece : hex.split(" ", -1)) {
            fine &= read(piece);
        }
        assertThat(fine).isFalse();
    }

    @Test
    void takesTheLongestPacketInPieces() {
        String payload = "ab".repeat(SstpPacket.MAX_OCTETS - SstpPacket.HEADER_OCTETS);
        assertThat(read("10000fff" + payload.substring(0, 100))).isTrue();
        assertThat(read(payload.substring(100) + STREAM)).isTrue();
        assertThat(shown).startsWith("data " + payload).hasSize(4);
    }

    @Test
    void showsNothingAfterItWasToldToStop() {
        more = false;
        assertThat(read(STREAM)).isTrue();
        assertThat(read(STREAM)).isTrue();
        assertThat(shown).containsExactly(PACKETS[0]);
    }

    @Test
    void forgetsAPartOfAPacketAtTheEnd() {
        assertThat(read("10000008ff")).isTrue();
        reader.close();
        reader.close();
        assertThat(read("030021")).isTrue();
        assertThat(shown).isEmpty();
    }

    private boolean read(String hex) {
        return reader.read(Samples.octets(hex), packets);
    }
}
