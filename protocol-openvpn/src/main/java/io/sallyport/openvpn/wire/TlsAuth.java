package io.sallyport.openvpn.wire;

import io.netty.buffer.ByteBuf;
import io.sallyport.openvpn.wire.ControlPackets.Header;
import io.sallyport.openvpn.wire.WireException.Fault;
import java.security.MessageDigest;

/**
 * tls-auth: every packet of the control channel is authenticated under a static key, and none is encrypted.
 *
 * <pre>
 * 1 opcode and key id | 8 session id | HMAC | 4 count | 4 seconds | the rest
 * HMAC over count, seconds, opcode and key id, session id, the rest
 * </pre>
 */
public final class TlsAuth implements ControlWrap {
    private final StaticKey key;
    private final HmacDigest digest;
    private final KeyDirection direction;
    private final WrapCrypto crypto;

    /**
     * Takes the key over.
     *
     * @param direction this end's
     */
    TlsAuth(StaticKey key, HmacDigest digest, KeyDirection direction, WrapCrypto crypto) {
        this.key = key;
        this.digest = digest;
        this.direction = direction;
        this.crypto = crypto;
    }

    @Override
    public boolean numbersPackets() {
        return true;
    }

    @Override
    public int overhead() {
        return digest.octets() + ReplayId.OCTETS;
    }

    @Override
    public void wrap(ControlPacket packet, ReplayId replayId, ByteBuf out) {
        int start = out.writerIndex();
        ControlPackets.encodeHeader(packet, out);
        int tagIndex = out.writerIndex();
        out.writeZero(digest.octets());
        replayId.writeTo(out);
        ControlPackets.encodeBody(packet, out);
        out.setBytes(tagIndex, hmac(out, start, out.writerIndex(), direction.sends()));
    }

    @Override
    public Unwrapped unwrap(ByteBuf in) throws WireException {
        int octets = in.readableBytes();
        if (octets > ControlPacket.MAX_OCTETS) {
            throw new WireException(Fault.TOO_LARGE, "a control packet of " + octets + " octets");
        }
        if (octets <= ControlPackets.HEADER_OCTETS + overhead()) {
            throw new WireException(Fault.TRUNCATED, "a tls-auth packet of " + octets + " octets");
        }
        byte[] expected = hmac(in, in.readerIndex(), in.writerIndex(), direction.receives());
        Header header = ControlPackets.decodeHeader(in);
        byte[] hmac = new byte[digest.octets()];
        in.readBytes(hmac);
        if (!MessageDigest.isEqual(hmac, expected)) {
            throw new WireException(Fault.NOT_AUTHENTIC, "a tls-auth packet under another key");
        }
        ReplayId replayId = ReplayId.read(in);
        return new Unwrapped(ControlPackets.decodeBody(header, in), replayId);
    }

    private byte[] hmac(ByteBuf packet, int start, int end, int index) {
        int idAt = start + ControlPackets.HEADER_OCTETS + digest.octets();
        byte[] id = new byte[ReplayId.OCTETS];
        packet.getBytes(idAt, id);
        byte[] header = new byte[ControlPackets.HEADER_OCTETS];
        packet.getBytes(start, header);
        byte[] rest = new byte[end - idAt - ReplayId.OCTETS];
        packet.getBytes(idAt + ReplayId.OCTETS, rest);
        return crypto.hmac(digest, key.octets().expose(), StaticKey.hmacKeyAt(index), id, header, rest);
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
