package io.sallyport.openvpn.wire;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.octets.Octets;
import io.sallyport.openvpn.wire.ControlWrap.Unwrapped;
import io.sallyport.openvpn.wire.TlsCrypt.End;
import io.sallyport.openvpn.wire.WireException.Fault;
import io.sallyport.openvpn.wire.WrappedKey.Opened;
import org.jspecify.annotations.Nullable;

/**
 * A server's way to read the packets of clients of which it remembers nothing, and to answer them. Remembers nothing of
 * a packet. Belongs to one thread.
 */
public final class ServerWraps implements AutoCloseable {
    /** Whose key a first packet is under. */
    public enum KeyKind {
        /** Everybody's, or nobody's. */
        SHARED,
        /** The client's own, which it brings again when it is asked to: nothing has to be kept. */
        OWN,
        /** The client's own, which it never brings again: whoever answers has to keep it. */
        OWN_ONCE
    }

    private final WrapCrypto crypto = new WrapCrypto();
    private final @Nullable ControlWrap shared;
    private final @Nullable ServerKeyV2 own;
    private final long maxAgeSeconds;

    /** The keys are copied; the caller wipes its own. */
    public ServerWraps(ServerKeys keys) {
        own = keys.own() == null ? null : keys.own().copy();
        maxAgeSeconds = keys.ownMaxAgeSeconds();
        if (keys.shared() != null) {
            shared = ConnectionWrap.ofShared(keys.shared(), End.SERVER, crypto);
        } else {
            // With tls-crypt-v2 alone, nobody is let in who has no key.
            shared = own == null ? new PlainWrap() : null;
        }
    }

    /**
     * An opened packet and the wrap that it was under. Whoever has it closes it, or makes a {@link #connection} of it.
     */
    public final class First implements AutoCloseable {
        private final Unwrapped unwrapped;
        private final ControlWrap wrap;
        private final KeyKind key;

        First(Unwrapped unwrapped, ControlWrap wrap, KeyKind key) {
            this.unwrapped = unwrapped;
            this.wrap = wrap;
            this.key = key;
        }

        public Unwrapped unwrapped() {
            return unwrapped;
        }

        public ControlPacket packet() {
            return unwrapped.packet();
        }

        public KeyKind key() {
            return key;
        }

        /** What an answer that nothing is kept for has to say beside that it is one. */
        public Octets answerPayload() {
            return switch (key) {
                case OWN -> EarlyNegotiation.RESEND_WRAPPED_KEY;
                case SHARED, OWN_ONCE -> Octets.EMPTY;
            };
        }

        /** Writes an answer that nothing is kept for: the first packet of its second. */
        public void wrapAnswer(ControlPacket answer, long nowSeconds, ByteBuf out) {
            wrap.wrap(answer, wrap.numbersPackets() ? new ReplayId(nowSeconds, 1) : ReplayId.NONE, out);
        }

        /**
         * Takes the key over.
         *
         * @param sent how many packets were sent for this connection before, statelessly
         */
        public ConnectionWrap connection(long nowSeconds, long sent) {
            return new ConnectionWrap(wrap, key != KeyKind.SHARED, new ReplayIds(nowSeconds, sent), End.SERVER, crypto);
        }

        @Override
        public void close() {
            if (key != KeyKind.SHARED) {
                wrap.close();
            }
        }
    }

    /** Reads a whole packet, all that is readable; the buffer is borrowed and its octets stay as they are. */
    public First first(ByteBuf in, long nowSeconds) throws WireException {
        Opcode opcode = in.isReadable() ? Opcode.of(in.getUnsignedByte(in.readerIndex())) : null;
        if (opcode != null && opcode.bringsKey()) {
            return ownKey(in, nowSeconds);
        }
        if (shared == null) {
            throw new WireException(Fault.NOT_AUTHENTIC, "a first packet without a key");
        }
        return new First(shared.unwrap(in), shared, KeyKind.SHARED);
    }

    private First ownKey(ByteBuf in, long nowSeconds) throws WireException {
        if (own == null) {
            throw new WireException(Fault.UNSUPPORTED, "a wrapped client key, and no key to unwrap it with");
        }
        int length = WrappedKey.lengthBehind(in);
        int packet = in.readableBytes() - length;
        Opened opened = WrappedKey.open(in.slice(in.readerIndex() + packet, length), own, crypto);
        TlsCrypt inner = new TlsCrypt(opened.key(), End.SERVER, crypto);
        try {
            checkAge(opened.metadata(), nowSeconds);
            Unwrapped unwrapped = inner.unwrap(in.slice(in.readerIndex(), packet), true);
            boolean resends = unwrapped.packet() instanceof ControlPacket.Control
                    || unwrapped.replayId().announcesEarlyNegotiation();
            return new First(unwrapped, new OwnKeyServerWrap(inner), resends ? KeyKind.OWN : KeyKind.OWN_ONCE);
        } catch (WireException refusal) {
            inner.close();
            throw refusal;
        }
    }

    private void checkAge(KeyMetadata metadata, long nowSeconds) throws WireException {
        if (maxAgeSeconds == 0) {
            return;
        }
        // A subtraction could overflow: the timestamp is whatever the key's maker wrote.
        boolean youngEnough =
                metadata instanceof KeyMetadata.Timestamp(long made) && made >= nowSeconds - maxAgeSeconds;
        if (!youngEnough) {
            throw new WireException(Fault.NOT_AUTHENTIC, "a client key that is too old, or without a timestamp");
        }
    }

    @Override
    public void close() {
        if (shared != null) {
            shared.close();
        }
        if (own != null) {
            own.close();
        }
    }
}
