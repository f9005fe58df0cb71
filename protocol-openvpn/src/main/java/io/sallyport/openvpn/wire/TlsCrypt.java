package io.sallyport.openvpn.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Secret;
import io.sallyport.openvpn.wire.ControlPackets.Header;
import io.sallyport.openvpn.wire.WireException.Fault;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * tls-crypt: every packet of the control channel is encrypted and authenticated under a key that all clients share.
 *
 * <pre>
 * 1 opcode and key id | 8 session id | 4 count | 4 seconds | 32 tag | the rest, encrypted
 * tag = HMAC-SHA256(everything before the tag, the rest in clear);  AES-256-CTR, whose IV is the tag's first 16 octets
 * </pre>
 */
public final class TlsCrypt implements ControlWrap {
    private static final int REPLAY_ID_OCTETS = 8;
    private static final int TAG_OCTETS = 32;
    private static final int IV_OCTETS = 16;
    private static final int CLEAR_OCTETS = ControlPackets.HEADER_OCTETS + REPLAY_ID_OCTETS;

    /** Which of the two keys an end sends with. */
    public enum End {
        SERVER(0),
        CLIENT(1);

        private final int sends;

        End(int sends) {
            this.sends = sends;
        }
    }

    private final Direction sending;
    private final Direction receiving;
    private final byte[] scratch = new byte[ControlPacket.MAX_OCTETS];

    /** The key is copied; the caller wipes its own. */
    public TlsCrypt(StaticKey key, End end) {
        sending = new Direction(key, end.sends);
        receiving = new Direction(key, 1 - end.sends);
    }

    @Override
    public boolean numbersPackets() {
        return true;
    }

    @Override
    public int overhead() {
        return REPLAY_ID_OCTETS + TAG_OCTETS;
    }

    @Override
    public void wrap(ControlPacket packet, ReplayId replayId, ByteBuf out) {
        int start = out.writerIndex();
        ControlPackets.encodeHeader(packet, out);
        out.writeInt((int) replayId.count());
        out.writeInt((int) replayId.seconds());
        int tagIndex = out.writerIndex();
        out.writeZero(TAG_OCTETS);
        int bodyIndex = out.writerIndex();
        ControlPackets.encodeBody(packet, out);
        byte[] body = new byte[out.writerIndex() - bodyIndex];
        out.getBytes(bodyIndex, body);
        out.getBytes(start, scratch, 0, CLEAR_OCTETS);
        byte[] tag = sending.tag(scratch, body, body.length);
        out.setBytes(tagIndex, tag);
        out.setBytes(bodyIndex, sending.crypt(Cipher.ENCRYPT_MODE, tag, body, body.length));
    }

    @Override
    public Unwrapped unwrap(ByteBuf in) throws WireException {
        int octets = in.readableBytes();
        if (octets > ControlPacket.MAX_OCTETS) {
            throw new WireException(Fault.TOO_LARGE, "a control packet of " + octets + " octets");
        }
        if (octets <= CLEAR_OCTETS + TAG_OCTETS) {
            throw new WireException(Fault.TRUNCATED, "a tls-crypt packet of " + octets + " octets");
        }
        in.getBytes(in.readerIndex(), scratch, 0, CLEAR_OCTETS);
        Header header = ControlPackets.decodeHeader(in);
        long count = in.readUnsignedInt();
        long seconds = in.readUnsignedInt();
        byte[] tag = new byte[TAG_OCTETS];
        in.readBytes(tag);
        byte[] encrypted = new byte[in.readableBytes()];
        in.readBytes(encrypted);
        byte[] body = receiving.crypt(Cipher.DECRYPT_MODE, tag, encrypted, encrypted.length);
        if (!MessageDigest.isEqual(tag, receiving.tag(scratch, body, body.length))) {
            throw new WireException(Fault.NOT_AUTHENTIC, "a tls-crypt packet under another key");
        }
        return new Unwrapped(
                ControlPackets.decodeBody(header, Unpooled.wrappedBuffer(body)), new ReplayId(seconds, count));
    }

    @Override
    public void close() {
        Arrays.fill(scratch, (byte) 0);
        sending.wipe();
        receiving.wipe();
    }

    /** One of the two keys. */
    private static final class Direction {
        private final Cipher cipher;
        private final Mac mac;
        private final Secret cipherOctets;
        private final SecretKeySpec cipherKey;

        Direction(StaticKey key, int index) {
            cipherOctets = key.cipherKey(index, 32);
            cipherKey = new SecretKeySpec(cipherOctets.expose(), "AES");
            try (Secret hmac = key.hmacKey(index, 32)) {
                cipher = Cipher.getInstance("AES/CTR/NoPadding");
                mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(hmac.expose(), "HmacSHA256"));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        byte[] tag(byte[] clear, byte[] body, int length) {
            mac.update(clear, 0, CLEAR_OCTETS);
            mac.update(body, 0, length);
            return mac.doFinal();
        }

        byte[] crypt(int mode, byte[] tag, byte[] body, int length) {
            try {
                cipher.init(mode, cipherKey, new IvParameterSpec(tag, 0, IV_OCTETS));
                return cipher.doFinal(body, 0, length);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        void wipe() {
            cipherOctets.close();
            mac.reset();
        }
    }
}
