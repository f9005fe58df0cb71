package io.sallyport.core.octets;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/** Octets that must not outlive their use: {@link #close} overwrites them with zeros, and they print as {@code ***}. */
public final class Secret implements AutoCloseable {
    private final byte[] bytes;
    private volatile boolean wiped;

    private Secret(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Takes the array over: the caller keeps no copy. */
    public static Secret taking(byte[] bytes) {
        return new Secret(bytes);
    }

    public static Secret copyOf(byte[] bytes) {
        return new Secret(bytes.clone());
    }

    /** Moves all that is readable out of the buffer, which holds zeros there afterwards, and keeps its indices. */
    public static Secret takenFrom(ByteBuf buffer) {
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.getBytes(buffer.readerIndex(), bytes);
        buffer.setZero(buffer.readerIndex(), bytes.length);
        return new Secret(bytes);
    }

    /** UTF-8 octets of the characters; the caller wipes its array. */
    public static Secret ofChars(char[] chars) {
        byte[] room = new byte[chars.length * 3];
        ByteBuffer encoded = ByteBuffer.wrap(room);
        StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(chars), encoded, true);
        byte[] bytes = Arrays.copyOf(room, encoded.position());
        Arrays.fill(room, (byte) 0);
        return new Secret(bytes);
    }

    public int length() {
        return bytes.length;
    }

    /** The octets themselves, not a copy: valid until {@link #close}, and never to be kept. */
    public byte[] expose() {
        if (wiped) {
            throw new IllegalStateException("secret used after it was wiped");
        }
        return bytes;
    }

    /** A new secret of its own: octets {@code from} to {@code to}. */
    public Secret slice(int from, int to) {
        return new Secret(Arrays.copyOfRange(expose(), from, to));
    }

    public boolean matches(byte[] other) {
        return MessageDigest.isEqual(expose(), other);
    }

    @Override
    public void close() {
        wiped = true;
        Arrays.fill(bytes, (byte) 0);
    }

    @Override
    public String toString() {
        return "***";
    }
}
