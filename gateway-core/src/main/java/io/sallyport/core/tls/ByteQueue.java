package io.sallyport.core.tls;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Octets in order, up to a bound, in one array that grows and is compacted. */
final class ByteQueue {
    private static final int INITIAL = 2048;

    private final int bound;
    private byte[] octets = new byte[0];
    private int from;
    private int to;

    ByteQueue(int bound) {
        this.bound = bound;
    }

    int size() {
        return to - from;
    }

    int room() {
        return bound - size();
    }

    /** False, and nothing is taken, when the bound would be passed. */
    boolean add(byte[] source, int offset, int length) {
        if (length > room()) {
            return false;
        }
        reserve(length);
        System.arraycopy(source, offset, octets, to, length);
        to += length;
        return true;
    }

    byte[] take(int limit) {
        int length = Math.min(limit, size());
        byte[] taken = Arrays.copyOfRange(octets, from, from + length);
        skip(length);
        return taken;
    }

    /** What is there, to read from; {@link #skip} what was used. */
    ByteBuffer reading() {
        return ByteBuffer.wrap(octets, from, size());
    }

    void skip(int length) {
        Arrays.fill(octets, from, from + length, (byte) 0);
        from += length;
        if (from == to) {
            from = 0;
            to = 0;
            if (octets.length > INITIAL) {
                octets = new byte[0]; // an idle connection keeps no large arrays
            }
        }
    }

    /** Room for {@code length} octets more, to write into, beyond the bound if need be; then {@link #added}. */
    ByteBuffer writing(int length) {
        reserve(length);
        return ByteBuffer.wrap(octets, to, length);
    }

    void added(int length) {
        to += length;
    }

    void wipe() {
        Arrays.fill(octets, (byte) 0);
        from = 0;
        to = 0;
    }

    private void reserve(int length) {
        if (octets.length - to >= length) {
            return;
        }
        int size = size();
        boolean fits = octets.length - size >= length;
        byte[] old = octets;
        byte[] target = fits ? old : new byte[Math.max(Math.max(INITIAL, old.length * 2), size + length)];
        System.arraycopy(old, from, target, 0, size);
        Arrays.fill(old, fits ? size : 0, Math.max(size, to), (byte) 0);
        octets = target;
        from = 0;
        to = size;
    }
}
