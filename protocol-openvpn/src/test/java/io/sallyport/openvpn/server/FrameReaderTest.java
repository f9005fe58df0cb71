package io.sallyport.openvpn.server;

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

class FrameReaderTest {
    private static final String THREE_FRAMES = "0001aa 0004bbccddee 0002ff00";

    private final FrameReader reader = new FrameReader();
    private final List<String> frames = new ArrayList<>();

    @AfterEach
    void close() {
        reader.close();
    }

    @Test
    void readsAllFramesOfOneRead() {
        assertThat(read(THREE_FRAMES)).isTrue();
        assertThat(frames).containsExactly("aa", "bbccddee", "ff00");
    }

    @Test
    void cutsTheStreamTheSameHoweverItArrives() {
        byte[] octets = Octets.fromHex(THREE_FRAMES).toByteArray();
        for (int pieces = 1; pieces < octets.length; pieces++) {
            frames.clear();
            for (int at = 0; at < octets.length; at += pieces) {
                ByteBuf piece = Unpooled.wrappedBuffer(octets, at, Math.min(pieces, octets.length - at));
                assertThat(reader.read(piece, this::keep)).isTrue();
                assertThat(piece.isReadable()).isFalse();
            }
            assertThat(frames).as("pieces of %d", pieces).containsExactly("aa", "bbccddee", "ff00");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0000", "ffff", "07c1", "0001aa 0000", "0001aa ffff00"})
    void refusesImpossibleLengths(String hex) {
        assertThat(read(hex)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"00 00", "ff ff", "07 c1", "0001aa00 00"})
    void refusesThemInPiecesToo(String hex) {
        boolean fine = true;
        for (String piece : hex.split(" ")) {
            fine &= read(piece);
        }
        assertThat(fine).isFalse();
    }

    @Test
    void takesTheLargestFrame() {
        assertThat(read("07c0" + "ab".repeat(0x7c0))).isTrue();
        assertThat(FrameReader.MAX_FRAME).isEqualTo(0x7c0);
        assertThat(frames).containsExactly("ab".repeat(0x7c0));
    }

    @Test
    void showsNothingAfterItWasToldToStop() {
        ByteBuf octets = Unpooled.wrappedBuffer(Octets.fromHex(THREE_FRAMES).toByteArray());
        assertThat(reader.read(octets, frame -> {
                    keep(frame);
                    reader.close();
                    return false;
                }))
                .isTrue();
        assertThat(frames).containsExactly("aa");
    }

    @Test
    void forgetsAPartOfAFrameAtTheEnd() {
        assertThat(read("0004bb")).isTrue();
        reader.close();
        reader.close();
        assertThat(read("ccddee")).isTrue();
        assertThat(frames).isEmpty();
    }

    private boolean read(String hex) {
        return reader.read(Unpooled.wrappedBuffer(Octets.fromHex(hex).toByteArray()), this::keep);
    }

    private boolean keep(ByteBuf frame) {
        frames.add(ByteBufUtil.hexDump(frame));
        return true;
    }
}
