package io.sallyport.openvpn.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.openvpn.wire.ControlPackets.Header;
import io.sallyport.openvpn.wire.WireException.Fault;
import java.security.MessageDigest;

/**
 * tls-crypt: every packet of the control channel is encrypted and authenticated under a static key.
 *
 * <pre>
 * 1 opcode and key id | 8 session id | 4 count | 4 seconds | 32 tag | the rest, encrypted
 * tag = HMAC-SHA256(everything before the tag, the rest in clear);  AES-256-CTR, whose IV is the tag's first 16 octets
 * </pre>
 */
public final class TlsCrypt implements ControlWrap {
    static final int CLEAR_OCTETS = ControlPackets.HEADER_OCTETS + ReplayId.OCTETS;
    /** Of the shortest packet that may hold anything: all but the body. */
    static final int FIXED_OCTETS = CLEAR_OCTETS + WrapCrypto.TAG_OCTETS;

    /** Which of the two keys an end sends with. */
    public enum End {
        SERVER(0),
        CLIENT(1);

        private final int sends;

        End(int sends) {
            this.sends = sends;
        }
    }

    private final StaticKey key;
    private final WrapCrypto crypto;
    private final int sends;
    private final int receives;

    /** The key is copied; the caller wipes its own. */
    public TlsCrypt(StaticKey key, End end) {
        this(key.copy(), end, new WrapCrypto());
    }

    /** Takes the key over. */
    TlsCrypt(StaticKey key, End end, WrapCrypto crypto) {
        this.key = key;
        this.crypto = crypto;
        this.sends = end.sends;
        this.receives = 1 - end.sends;
    }

    @Override
    public boolean numbersPackets() {
        return true;
    }

    @Override
    public int overhead() {
        return ReplayId.OCTETS + WrapCrypto.TAG_OCTETS;
    }

    @Override
    public void wrap(ControlPacket packet, ReplayId replayId, ByteBuf out) {
        wrap(packet.opcode(), packet, replayId, out);
    }

    /** As a packet with this opcode. */
    void wrap(Opcode opcode, ControlPacket packet, ReplayId replayId, ByteBuf out) {
        int start = out.writerIndex();
        ControlPackets.encodeHeader(opcode, packet, out);
        replayId.writeTo(out);
        int tagIndex = out.writerIndex();
        out.writeZero(WrapCrypto.TAG_OCTETS);
        int bodyIndex = out.writerIndex();
        ControlPackets.encodeBody(packet, out);
        byte[] clear = new byte[CLEAR_OCTETS];
        out.getBytes(start, clear);
        byte[] body = new byte[out.writerIndex() - bodyIndex];
        out.getBytes(bodyIndex, body);
        byte[] octets = key.octets().expose();
        byte[] tag = crypto.hmac(HmacDigest.SHA256, octets, StaticKey.hmacKeyAt(sends), clear, body);
        out.setBytes(tagIndex, tag);
        out.setBytes(bodyIndex, crypto.ctr(octets, StaticKey.cipherKeyAt(sends), tag, body));
    }

    @Override
    public Unwrapped unwrap(ByteBuf in) throws WireException {
        return unwrap(in, false);
    }

    /**
     * @param keyBehind whether the opcode is one of those that have the client's wrapped key behind the packet, which
     * the caller has cut off
     */
    Unwrapped unwrap(ByteBuf in, boolean keyBehind) throws WireException {
        int octets = in.readableBytes();
        if (octets > ControlPacket.MAX_OCTETS) {
            throw new WireException(Fault.TOO_LARGE, "a control packet of " + octets + " octets");
        }
        if (octets <= FIXED_OCTETS) {
            throw new WireException(Fault.TRUNCATED, "a tls-crypt packet of " + octets + " octets");
        }
        byte[] clear = new byte[CLEAR_OCTETS];
        in.getBytes(in.readerIndex(), clear);
        Header header = ControlPackets.decodeHeader(in);
        ReplayId replayId = ReplayId.read(in);
        byte[] tag = new byte[WrapCrypto.TAG_OCTETS];
        in.readBytes(tag);
        byte[] encrypted = new byte[in.readableBytes()];
        in.readBytes(encrypted);
        byte[] own = key.octets().expose();
        byte[] body = crypto.ctr(own, StaticKey.cipherKeyAt(receives), tag, encrypted);
        byte[] expected = crypto.hmac(HmacDigest.SHA256, own, StaticKey.hmacKeyAt(receives), clear, body);
        if (!MessageDigest.isEqual(tag, expected)) {
            throw new WireException(Fault.NOT_AUTHENTIC, "a tls-crypt packet under another key");
        }
        Header inner = keyBehind ? header.withoutKey() : header;
        return new Unwrapped(ControlPackets.decodeBody(inner, Unpooled.wrappedBuffer(body)), replayId);
    }

    @Override
    public void mixInto(byte[] octets256) {
        key.mixInto(octets256);
    }

    @Override
    public void close() {
        key.close();
    }
}
