package io.sallyport.openvpn.wire;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.octets.Secret;
import io.sallyport.openvpn.wire.ControlWrap.Unwrapped;
import io.sallyport.openvpn.wire.TlsCrypt.End;
import org.jspecify.annotations.Nullable;

/**
 * All that stands around the control packets of one connection: the wrap that it began with, from some moment on
 * another for renegotiations (dynamic tls-crypt), and the replay ids of both.
 */
public final class ConnectionWrap implements AutoCloseable {
    private final ControlWrap first;
    private final boolean owned;
    private final ReplayIds firstIds;
    private final End end;
    private final WrapCrypto crypto;
    private @Nullable TlsCrypt later;
    private @Nullable ReplayIds laterIds;
    private boolean closed;

    /** @param owned whether {@code first} is this connection's alone, and is wiped with it */
    ConnectionWrap(ControlWrap first, boolean owned, ReplayIds firstIds, End end, WrapCrypto crypto) {
        this.first = first;
        this.owned = owned;
        this.firstIds = firstIds;
        this.end = end;
        this.crypto = crypto;
    }

    /**
     * A client's, for one connection; the key is copied.
     *
     * @param key null for none
     * @param nowSeconds of the wall clock, unsigned 32 bit
     */
    public static ConnectionWrap ofClient(@Nullable WrapKey key, long nowSeconds) {
        WrapCrypto crypto = new WrapCrypto();
        boolean announces = key instanceof ClientKeyV2 own && own.resends();
        ReplayIds ids = new ReplayIds(nowSeconds, announces ? ReplayId.EARLY_NEGOTIATION : 0);
        ControlWrap wrap = switch (key) {
            case null -> new PlainWrap();
            case WrapKey.Shared shared -> ofShared(shared, End.CLIENT, crypto);
            case ClientKeyV2 own ->
                new OwnKeyClientWrap(new TlsCrypt(own.key().copy(), End.CLIENT, crypto), own.wrapped());
        };
        return new ConnectionWrap(wrap, true, ids, End.CLIENT, crypto);
    }

    static ControlWrap ofShared(WrapKey.Shared key, End end, WrapCrypto crypto) {
        return switch (key) {
            case WrapKey.ForTlsCrypt(StaticKey octets) -> new TlsCrypt(octets.copy(), end, crypto);
            case WrapKey.ForTlsAuth(StaticKey octets, HmacDigest digest, KeyDirection direction) ->
                new TlsAuth(octets.copy(), digest, direction, crypto);
        };
    }

    /** Whether the packets with key id 0 carry replay ids, and with them proof that they are the peer's. */
    public boolean numbersPackets() {
        return first.numbersPackets();
    }

    /** Writes the packet, with the next replay id of its numbering, at the writer index. */
    public void wrap(ControlPacket packet, ByteBuf out) {
        if (later != null && laterIds != null && packet.keyId() != 0) {
            later.wrap(packet, laterIds.next(), out);
        } else {
            first.wrap(packet, first.numbersPackets() ? firstIds.next() : ReplayId.NONE, out);
        }
    }

    /** See {@link ControlWrap#unwrap}; whether it {@link #isNew} is asked after. */
    public Unwrapped unwrap(ByteBuf in) throws WireException {
        boolean renegotiation = in.isReadable() && Opcode.keyId(in.getUnsignedByte(in.readerIndex())) != 0;
        return later != null && renegotiation ? later.unwrap(in) : first.unwrap(in);
    }

    /** True when the packet did not come before; then it did. */
    public boolean isNew(Unwrapped unwrapped) {
        if (laterIds != null && unwrapped.packet().keyId() != 0) {
            return laterIds.accept(unwrapped.replayId());
        }
        return !first.numbersPackets() || firstIds.accept(unwrapped.replayId());
    }

    /**
     * From now on packets with a key id other than 0 are under this key, mixed with the static one where there is one.
     *
     * @param exported 256 octets; closed here
     */
    public void protectRenegotiations(Secret exported, long nowSeconds) {
        try (exported) {
            if (closed) {
                return;
            }
            if (later != null) {
                later.close();
            }
            byte[] key = exported.expose().clone();
            first.mixInto(key);
            later = new TlsCrypt(new StaticKey(Secret.taking(key)), end, crypto);
            laterIds = new ReplayIds(nowSeconds, 0);
        }
    }

    /** Wipes what is this connection's alone. Nothing may be wrapped or unwrapped after it. */
    @Override
    public void close() {
        closed = true;
        if (owned) {
            first.close();
        }
        if (later != null) {
            later.close();
        }
    }
}
