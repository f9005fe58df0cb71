package io.sallyport.core.crypto;

import io.netty.buffer.ByteBuf;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;

/**
 * Works from one heap array to another, both kept: that is where the JDK's combined intrinsics run. The packet is copied in and out, which costs
 * less than a direct buffer or work in place would.
 */
final class JavaxPacketCipher implements PacketCipher {
    private static final int TYPICAL_OCTETS = 2048;

    private final Aead aead;
    private final int mode;
    private final WipeableKey key;
    private final Cipher cipher;
    private byte[] input = new byte[TYPICAL_OCTETS];
    private byte[] output = new byte[TYPICAL_OCTETS];
    private byte[] aad = new byte[16];
    private boolean closed;

    JavaxPacketCipher(Aead aead, byte[] keyOctets, int mode) {
        this.aead = aead;
        this.mode = mode;
        boolean chaCha = aead == Aead.CHACHA20_POLY1305;
        key = new WipeableKey(keyOctets.clone(), chaCha ? "ChaCha20" : "AES");
        try {
            cipher = Cipher.getInstance(chaCha ? "ChaCha20-Poly1305" : "AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the Java platform lacks " + aead, e);
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
        begin(length, aadLength);
        from.getBytes(fromIndex, input, 0, length);
        to.getBytes(aadIndex, aad, 0, aadLength);
        try {
            cipher.init(mode, key, parameters(nonce));
            cipher.updateAAD(aad, 0, aadLength);
            cipher.doFinal(input, 0, length, output, 0);
        } catch (GeneralSecurityException e) {
            // The JDK refuses, among others, the nonce of the packet before.
            throw new IllegalStateException("javax.crypto refused to seal a packet", e);
        }
        to.setBytes(toIndex, output, 0, length);
        to.setBytes(tagIndex, output, length, Aead.TAG_OCTETS);
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
        begin(length, aadLength);
        from.getBytes(fromIndex, input, 0, length);
        from.getBytes(tagIndex, input, length, Aead.TAG_OCTETS);
        from.getBytes(aadIndex, aad, 0, aadLength);
        try {
            cipher.init(mode, key, parameters(nonce));
            cipher.updateAAD(aad, 0, aadLength);
            cipher.doFinal(input, 0, length + Aead.TAG_OCTETS, output, 0);
        } catch (AEADBadTagException _) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("javax.crypto refused to open a packet", e);
        }
        to.setBytes(toIndex, output, 0, length);
        return true;
    }

    private void begin(int length, int aadLength) {
        if (closed) {
            throw new IllegalStateException("packet cipher used after it was closed");
        }
        if (input.length < length + Aead.TAG_OCTETS) {
            wipe(input);
            wipe(output);
            input = new byte[length + Aead.TAG_OCTETS];
            output = new byte[length + Aead.TAG_OCTETS];
        }
        if (aad.length < aadLength) {
            aad = new byte[aadLength];
        }
    }

    private AlgorithmParameterSpec parameters(byte[] nonce) {
        if (nonce.length != Aead.NONCE_OCTETS) {
            throw new IllegalArgumentException("a nonce has 12 octets, not " + nonce.length);
        }
        return aead == Aead.CHACHA20_POLY1305
                ? new IvParameterSpec(nonce)
                : new GCMParameterSpec(Aead.TAG_OCTETS * 8, nonce);
    }

    @Override
    public boolean worksInPlace() {
        return false;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        key.destroy();
        wipe(input);
        wipe(output);
        forgetExpandedKey();
    }

    /** The JDK keeps the expanded key inside the cipher: another key takes its place. */
    private void forgetExpandedKey() {
        try {
            WipeableKey zeros = new WipeableKey(new byte[aead.keyOctets()], key.getAlgorithm());
            cipher.init(Cipher.DECRYPT_MODE, zeros, parameters(new byte[Aead.NONCE_OCTETS]));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("javax.crypto refused a key of zeros", e);
        }
    }

    private static void wipe(byte[] octets) {
        Arrays.fill(octets, (byte) 0);
    }
}
