package io.sallyport.core.crypto;

import io.netty.buffer.ByteBuf;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Native room for packets that libcrypto cannot reach where they are: tag, additional data, data. Nothing until first used. */
final class OpenSslCopies {
    private static final int TAG_AT = 0;
    private static final int AAD_AT = 16;
    private static final int TYPICAL_OCTETS = 2048;

    private MemorySegment room = MemorySegment.NULL;
    private ByteBuffer view = ByteBuffer.allocate(0);
    private int dataAt;

    void take(ByteBuf from, int fromIndex, int length, ByteBuf aadFrom, int aadIndex, int aadLength) {
        dataAt = AAD_AT + aadLength;
        int needed = dataAt + length;
        if (room.byteSize() < needed) {
            wipe();
            room = Arena.ofAuto().allocate(Math.max(needed, TYPICAL_OCTETS), 16);
            view = room.asByteBuffer();
        }
        aadFrom.getBytes(aadIndex, window(AAD_AT, aadLength));
        from.getBytes(fromIndex, window(dataAt, length));
    }

    void takeTag(ByteBuf from, int tagIndex) {
        from.getBytes(tagIndex, window(TAG_AT, Aead.TAG_OCTETS));
    }

    void give(ByteBuf to, int toIndex, int length) {
        to.setBytes(toIndex, window(dataAt, length));
    }

    void giveTag(ByteBuf to, int tagIndex) {
        to.setBytes(tagIndex, window(TAG_AT, Aead.TAG_OCTETS));
    }

    long data() {
        return room.address() + dataAt;
    }

    long aad() {
        return room.address() + AAD_AT;
    }

    long tag() {
        return room.address() + TAG_AT;
    }

    void wipe() {
        if (room.byteSize() > 0) {
            Libcrypto.cleanse(room.address(), room.byteSize());
        }
    }

    private ByteBuffer window(int at, int length) {
        return view.limit(at + length).position(at);
    }
}
