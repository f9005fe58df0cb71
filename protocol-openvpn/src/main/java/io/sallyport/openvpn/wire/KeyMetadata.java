package io.sallyport.openvpn.wire;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.octets.Octets;

/**
 * What whoever made a tls-crypt-v2 client key has put beside it. It may name people: it is never logged, and does not
 * print.
 */
public sealed interface KeyMetadata {
    int TYPE_USER = 0;
    int TYPE_TIMESTAMP = 1;

    /** Nothing at all. */
    record None() implements KeyMetadata {}

    /** Octets of the maker's own. */
    record User(Octets octets) implements KeyMetadata {
        @Override
        public String toString() {
            return "User[***]";
        }
    }

    /** When the key was made, in seconds of Unix time. */
    record Timestamp(long seconds) implements KeyMetadata {}

    /** Of a type that this end does not know. */
    record Other(int type, Octets octets) implements KeyMetadata {
        @Override
        public String toString() {
            return "Other[" + type + ", ***]";
        }
    }

    /** Reads all that is readable. */
    static KeyMetadata decode(ByteBuf in) {
        if (!in.isReadable()) {
            return new None();
        }
        int type = in.readUnsignedByte();
        if (type == TYPE_TIMESTAMP && in.readableBytes() == Long.BYTES) {
            return new Timestamp(in.readLong());
        }
        Octets octets = Octets.read(in);
        return type == TYPE_USER ? new User(octets) : new Other(type, octets);
    }

    static void encode(KeyMetadata metadata, ByteBuf out) {
        switch (metadata) {
            case None() -> {}
            case User(Octets octets) -> octets.writeTo(out.writeByte(TYPE_USER));
            case Timestamp(long seconds) -> out.writeByte(TYPE_TIMESTAMP).writeLong(seconds);
            case Other(int type, Octets octets) -> octets.writeTo(out.writeByte(type));
        }
    }
}
