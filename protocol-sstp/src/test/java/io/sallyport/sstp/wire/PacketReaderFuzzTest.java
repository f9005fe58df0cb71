package io.sallyport.sstp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/** A stream in pieces of two lengths by turns, which the first two octets are, and whole. */
class PacketReaderFuzzTest {
    /** More would take the time that other streams need: each octet is noted by the leak detection. */
    private static final int MOST_SINGLE_OCTETS = 64;

    /** What a reader made of it. */
    private record Reading(List<String> packets, boolean fine) {}

    @FuzzTest(maxDuration = "60s")
    void theStreamIsCutTheSameHoweverItArrives(byte[] octets) {
        if (octets.length < 2) {
            return;
        }
        ByteBuf stream = Unpooled.wrappedBuffer(octets).skipBytes(2);
        Reading whole = read(stream.duplicate(), octets.length, octets.length);
        assertThat(read(stream.duplicate(), octets[0] & 0xff, octets[1] & 0xff)).isEqualTo(whole);
        if (octets.length <= MOST_SINGLE_OCTETS) {
            assertThat(read(stream.duplicate(), 1, 1)).isEqualTo(whole);
        }
    }

    private static Reading read(ByteBuf stream, int odd, int even) {
        Shown shown = new Shown();
        PacketReader reader = new PacketReader();
        boolean fine = true;
        for (boolean first = true; fine && stream.isReadable(); first = !first) {
            int length = Math.clamp(first ? odd : even, 1, stream.readableBytes());
            ByteBuf piece = stream.readSlice(length);
            fine = reader.read(piece, shown);
        }
        reader.close();
        reader.close();
        return new Reading(shown.packets, fine);
    }

    /** Reads a packet's octets and beyond none. */
    private static final class Shown implements PacketReader.Packets {
        private final List<String> packets = new ArrayList<>();

        @Override
        public boolean data(ByteBuf payload) {
            return add("data ", payload);
        }

        @Override
        public boolean control(ByteBuf message) {
            return add("control ", message);
        }

        /** False, nothing more, after a data packet that says so. */
        private boolean add(String kind, ByteBuf packet) {
            assertThat(packet.readableBytes()).isLessThanOrEqualTo(SstpPacket.MAX_OCTETS - SstpPacket.HEADER_OCTETS);
            packets.add(kind + ByteBufUtil.hexDump(packet));
            return !packets.getLast().equals("data ff");
        }
    }
}
