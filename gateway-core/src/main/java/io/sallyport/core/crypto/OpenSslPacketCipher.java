package io.sallyport.core.crypto;

import io.netty.buffer.ByteBuf;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.Objects;

/**
 * One keyed EVP_CIPHER_CTX: only the nonce is set for each packet. Direct buffers are read and written where they are; others, and sources that
 * overlap their destination at another index, are copied through native memory of this cipher's own.
 */
final class OpenSslPacketCipher implements PacketCipher {
    static final int SEAL = 1;
    static final int OPEN = 0;

    private static final int NONCE_AT = 0;
    private static final int WRITTEN_AT = 16;
    private static final int KEY_AT = 32;
    private static final int WORK_OCTETS = 64;

    private final int direction;
    /** Freed when this object is garbage, never while a call may still read it. */
    private final MemorySegment work;

    private final long nonceAddress;
    private final long writtenAddress;
    private final OpenSslCopies copies = new OpenSslCopies();
    private long context;

    OpenSslPacketCipher(Aead aead, byte[] key, int direction) {
        this.direction = direction;
        work = Arena.ofAuto().allocate(WORK_OCTETS, 16);
        nonceAddress = work.address() + NONCE_AT;
        writtenAddress = work.address() + WRITTEN_AT;
        context = Libcrypto.newContext();
        MemorySegment.copy(key, 0, work, ValueLayout.JAVA_BYTE, KEY_AT, key.length);
        boolean keyed = context != 0
                && Libcrypto.init(context, Libcrypto.algorithm(aead), work.address() + KEY_AT, 0L, direction);
        Libcrypto.cleanse(work.address() + KEY_AT, aead.keyOctets());
        if (!keyed) {
            close();
            throw new IllegalStateException("libcrypto refuses " + aead);
        }
    }

    @Override
    public void seal(
            byte[] nonce,
            ByteBuf from,
            int fromIndex,
            int length,
            ByteBuf to,
            int toIndex,
            int aadIndex,
            int aadLength,
            int tagIndex) {
        begin(nonce, direction == SEAL);
        check(from, fromIndex, length);
        check(to, toIndex, length);
        check(to, aadIndex, aadLength);
        check(to, tagIndex, Aead.TAG_OCTETS);
        boolean sealed;
        if (direct(from, fromIndex, length, to, toIndex)) {
            long target = to.memoryAddress();
            sealed = sealAt(
                    from.memoryAddress() + fromIndex,
                    length,
                    target + toIndex,
                    target + aadIndex,
                    aadLength,
                    target + tagIndex);
        } else {
            copies.take(from, fromIndex, length, to, aadIndex, aadLength);
            long data = copies.data();
            sealed = sealAt(data, length, data, copies.aad(), aadLength, copies.tag());
            copies.give(to, toIndex, length);
            copies.giveTag(to, tagIndex);
        }
        if (!sealed) {
            throw new IllegalStateException("libcrypto refused to seal a packet");
        }
    }

    private boolean sealAt(long from, int length, long to, long aad, int aadLength, long tag) {
        try {
            return Libcrypto.init(context, 0L, 0L, nonceAddress, SEAL)
                    && (aadLength == 0 || Libcrypto.update(context, 0L, writtenAddress, aad, aadLength))
                    && (length == 0 || Libcrypto.update(context, to, writtenAddress, from, length))
                    && Libcrypto.finish(context, tag, writtenAddress)
                    && Libcrypto.ctrl(context, Libcrypto.CTRL_GET_TAG, Aead.TAG_OCTETS, tag);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public boolean open(
            byte[] nonce,
            ByteBuf from,
            int fromIndex,
            int length,
            int aadIndex,
            int aadLength,
            int tagIndex,
            ByteBuf to,
            int toIndex) {
        begin(nonce, direction == OPEN);
        check(from, fromIndex, length);
        check(from, aadIndex, aadLength);
        check(from, tagIndex, Aead.TAG_OCTETS);
        check(to, toIndex, length);
        if (direct(from, fromIndex, length, to, toIndex)) {
            long source = from.memoryAddress();
            return openAt(
                    source + fromIndex,
                    length,
                    to.memoryAddress() + toIndex,
                    source + aadIndex,
                    aadLength,
                    source + tagIndex);
        }
        copies.take(from, fromIndex, length, from, aadIndex, aadLength);
        copies.takeTag(from, tagIndex);
        long data = copies.data();
        boolean authentic = openAt(data, length, data, copies.aad(), aadLength, copies.tag());
        if (authentic) {
            copies.give(to, toIndex, length);
        }
        return authentic;
    }

    private boolean openAt(long from, int length, long to, long aad, int aadLength, long tag) {
        // The tag first: the plaintext may be written over the place where it stands.
        try {
            return Libcrypto.init(context, 0L, 0L, nonceAddress, OPEN)
                    && Libcrypto.ctrl(context, Libcrypto.CTRL_SET_TAG, Aead.TAG_OCTETS, tag)
                    && (aadLength == 0 || Libcrypto.update(context, 0L, writtenAddress, aad, aadLength))
                    && (length == 0 || Libcrypto.update(context, to, writtenAddress, from, length))
                    && Libcrypto.finish(context, writtenAddress, writtenAddress);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private void begin(byte[] nonce, boolean rightDirection) {
        if (context == 0) {
            throw new IllegalStateException("packet cipher used after it was closed");
        }
        if (!rightDirection) {
            throw new IllegalStateException("a packet cipher seals or opens, not both");
        }
        if (nonce.length != Aead.NONCE_OCTETS) {
            throw new IllegalArgumentException("a nonce has 12 octets, not " + nonce.length);
        }
        MemorySegment.copy(nonce, 0, work, ValueLayout.JAVA_BYTE, NONCE_AT, Aead.NONCE_OCTETS);
    }

    /** Addresses are not checked by anybody else. */
    private static void check(ByteBuf buffer, int index, int length) {
        Objects.checkFromIndexSize(index, length, buffer.capacity());
    }

    /** libcrypto takes equal or disjoint source and destination. */
    private static boolean direct(ByteBuf from, int fromIndex, int length, ByteBuf to, int toIndex) {
        if (!from.hasMemoryAddress() || !to.hasMemoryAddress()) {
            return false;
        }
        long distance = from.memoryAddress() + fromIndex - (to.memoryAddress() + toIndex);
        return distance == 0 || Math.abs(distance) >= length;
    }

    @Override
    public boolean worksInPlace() {
        return true;
    }

    @Override
    public void close() {
        if (context == 0) {
            return;
        }
        long ended = context;
        context = 0;
        try {
            Libcrypto.free(ended);
            Libcrypto.cleanse(work.address(), WORK_OCTETS);
            copies.wipe();
        } finally {
            Reference.reachabilityFence(this);
        }
    }
}
