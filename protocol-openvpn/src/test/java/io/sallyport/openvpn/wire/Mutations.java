package io.sallyport.openvpn.wire;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import java.util.random.RandomGenerator;

/** Damages good messages, reproducibly. */
final class Mutations {
    private static final int ROUNDS = 20_000;

    /** Something that may refuse its input, in one way only. */
    interface Decoder {
        void decode(ByteBuf in) throws WireException;
    }

    private Mutations() {}

    /** Nothing but a {@link WireException} comes of any damaged message. */
    static void neverThrowUnchecked(Iterable<byte[]> messages, Decoder decoder) {
        RandomGenerator random = new Random(26);
        for (byte[] message : messages) {
            for (int round = 0; round < ROUNDS / 4; round++) {
                byte[] damaged = damage(message, random);
                assertThatCode(() -> decode(decoder, damaged)).doesNotThrowAnyException();
            }
        }
        for (int round = 0; round < ROUNDS; round++) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            assertThatCode(() -> decode(decoder, noise)).doesNotThrowAnyException();
        }
    }

    private static void decode(Decoder decoder, byte[] octets) {
        try {
            decoder.decode(Unpooled.wrappedBuffer(octets));
        } catch (WireException expected) {
            // the one way to refuse
        }
    }

    private static byte[] damage(byte[] message, RandomGenerator random) {
        byte[] damaged = java.util.Arrays.copyOf(
                message, random.nextInt(4) == 0 ? random.nextInt(message.length + 8) : message.length);
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes && damaged.length > 0; i++) {
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        }
        return damaged;
    }
}
