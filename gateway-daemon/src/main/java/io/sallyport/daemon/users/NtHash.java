package io.sallyport.daemon.users;

import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.crypto.digests.MD4Digest;

/**
 * RFC 2759 §8.3 NtPasswordHash: MD4 over the password in UTF-16LE. It is the only form that PAP, MS-CHAPv2 and EAP-MSCHAPv2 can all be checked against, and it
 * is as good as the password to whoever speaks MS-CHAPv2: guard it.
 */
public final class NtHash {
    public static final int LENGTH = 16;

    private NtHash() {}

    /** The caller wipes the password and the hash. */
    public static byte[] of(char[] password) {
        byte[] octets = new byte[2 * password.length];
        StandardCharsets.UTF_16LE.encode(CharBuffer.wrap(password)).get(octets);
        MD4Digest md4 = new MD4Digest();
        md4.update(octets, 0, octets.length);
        Arrays.fill(octets, (byte) 0);
        byte[] hash = new byte[LENGTH];
        md4.doFinal(hash, 0);
        return hash;
    }
}
