package io.sallyport.openvpn.wire;

import java.security.GeneralSecurityException;
import java.util.EnumMap;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * One thread's HMACs and AES-256-CTR around control packets. The key comes with each call, so that a connection holds
 * its key and nothing else; control packets are few.
 */
public final class WrapCrypto {
    static final int CIPHER_KEY_OCTETS = 32;
    static final int TAG_OCTETS = 32;

    private static final int IV_OCTETS = 16;

    private final Cipher ctr;
    private final Map<HmacDigest, Mac> macs = new EnumMap<>(HmacDigest.class);

    public WrapCrypto() {
        try {
            ctr = Cipher.getInstance("AES/CTR/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The HMAC over these parts, one after the other.
     *
     * @param keyAt where the key begins; it is as long as the digest
     */
    byte[] hmac(HmacDigest digest, byte[] key, int keyAt, byte[]... parts) {
        try {
            Mac mac = macs.get(digest);
            if (mac == null) {
                mac = Mac.getInstance(digest.algorithm());
                macs.put(digest, mac);
            }
            mac.init(new SecretKeySpec(key, keyAt, digest.octets(), digest.algorithm()));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Encrypts or decrypts under the key at {@code keyAt}; the tag's first 16 octets are the IV. */
    byte[] ctr(byte[] key, int keyAt, byte[] tag, byte[] text) {
        try {
            SecretKeySpec spec = new SecretKeySpec(key, keyAt, CIPHER_KEY_OCTETS, "AES");
            ctr.init(Cipher.ENCRYPT_MODE, spec, new IvParameterSpec(tag, 0, IV_OCTETS));
            return ctr.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
