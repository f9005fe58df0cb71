package io.sallyport.core.auth;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.digests.MD4Digest;

/** The functions of MS-CHAPv2 (RFC 2759 §8) and of its keys (RFC 3079 §3), for both ends. */
public final class MsChapV2Hashes {
    public static final int CHALLENGE_OCTETS = 16;
    public static final int NT_RESPONSE_OCTETS = 24;
    public static final int NT_HASH_OCTETS = 16;
    public static final int MSK_OCTETS = 64;

    // The constants of RFC 2759 §8.7 and RFC 3079 §3.4.
    private static final byte[] SIGNING = ascii("Magic server to client signing constant");
    private static final byte[] ITERATION = ascii("Pad to make it do more than one iteration");
    private static final byte[] MASTER_KEY = ascii("This is the MPPE Master Key");
    private static final byte[] CLIENT_TO_SERVER =
            ascii("On the client side, this is the send key; on the server side, it is the receive key.");
    private static final byte[] SERVER_TO_CLIENT =
            ascii("On the client side, this is the receive key; on the server side, it is the send key.");
    private static final byte[] PAD_1 = new byte[40];
    private static final byte[] PAD_2 = new byte[40];

    static {
        Arrays.fill(PAD_2, (byte) 0xf2);
    }

    private MsChapV2Hashes() {}

    /**
     * NtPasswordHash: MD4 of the password in UTF-16LE, 16 octets. It is what is stored for a user, and whoever has it can answer
     * MS-CHAPv2 as that user.
     */
    public static Secret ntHash(Secret utf8Password) {
        CharBuffer chars = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(utf8Password.expose()));
        byte[] utf16 = new byte[chars.remaining() * 2];
        for (int i = 0; i < chars.remaining(); i++) {
            char unit = chars.charAt(i);
            utf16[2 * i] = (byte) unit;
            utf16[2 * i + 1] = (byte) (unit >>> 8);
        }
        byte[] hash = md4(utf16);
        Arrays.fill(utf16, (byte) 0);
        Arrays.fill(chars.array(), '\0');
        return Secret.taking(hash);
    }

    /** ChallengeHash, 8 octets. The user is as the peer sent it; a domain before a backslash is left out. */
    public static byte[] challengeHash(Octets peerChallenge, Octets authenticatorChallenge, String user) {
        byte[] name = withoutDomain(user).getBytes(StandardCharsets.UTF_8);
        byte[] hash = sha1(peerChallenge.toByteArray(), authenticatorChallenge.toByteArray(), name);
        return Arrays.copyOf(hash, 8);
    }

    /** {@code DOMAIN\\user} without its domain. */
    public static String withoutDomain(String user) {
        return user.substring(user.indexOf('\\') + 1);
    }

    /** ChallengeResponse, 24 octets: the challenge hash under three DES keys cut from the NT hash. */
    public static byte[] ntResponse(byte[] challengeHash, Secret ntHash) {
        byte[] keys = Arrays.copyOf(ntHash.expose(), 21);
        byte[] response = new byte[NT_RESPONSE_OCTETS];
        try {
            Cipher des = Cipher.getInstance("DES/ECB/NoPadding");
            for (int i = 0; i < 3; i++) {
                byte[] key = desKey(keys, 7 * i);
                des.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "DES"));
                des.doFinal(challengeHash, 0, 8, response, 8 * i);
                Arrays.fill(key, (byte) 0);
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the Java platform lacks DES", e);
        }
        Arrays.fill(keys, (byte) 0);
        return response;
    }

    /** GenerateAuthenticatorResponse: {@code S=} and 40 upper-case hexadecimal digits. */
    public static String authenticatorResponse(Secret ntHash, Octets ntResponse, byte[] challengeHash) {
        byte[] hashHash = md4(ntHash.expose());
        byte[] digest = sha1(hashHash, ntResponse.toByteArray(), SIGNING);
        Arrays.fill(hashHash, (byte) 0);
        return "S=" + HexFormat.of().withUpperCase().formatHex(sha1(digest, challengeHash, ITERATION));
    }

    /**
     * The keys as a server names them, in the layout of an EAP MSK ([MS-CHAP] §3.1.5.1): octets 0-15 MasterReceiveKey, 16-31
     * MasterSendKey, 32-63 zeros.
     * The first 32 are also what SSTP's higher-layer key is made of.
     */
    public static Secret keyingMaterial(Secret ntHash, Octets ntResponse) {
        byte[] hashHash = md4(ntHash.expose());
        byte[] master = Arrays.copyOf(sha1(hashHash, ntResponse.toByteArray(), MASTER_KEY), 16);
        byte[] receive = sha1(master, PAD_1, CLIENT_TO_SERVER, PAD_2);
        byte[] send = sha1(master, PAD_1, SERVER_TO_CLIENT, PAD_2);
        byte[] msk = new byte[MSK_OCTETS];
        System.arraycopy(receive, 0, msk, 0, 16);
        System.arraycopy(send, 0, msk, 16, 16);
        for (byte[] secret : new byte[][] {hashHash, master, receive, send}) {
            Arrays.fill(secret, (byte) 0);
        }
        return Secret.taking(msk);
    }

    /** Seven bits to an octet; DES ignores the eighth, which is parity. */
    private static byte[] desKey(byte[] keys, int from) {
        long bits = 0;
        for (int i = 0; i < 7; i++) {
            bits = (bits << 8) | (keys[from + i] & 0xff);
        }
        byte[] key = new byte[8];
        for (int i = 0; i < 8; i++) {
            key[i] = (byte) ((bits >>> (49 - 7 * i)) << 1);
        }
        return key;
    }

    private static byte[] md4(byte[] octets) {
        MD4Digest md4 = new MD4Digest();
        md4.update(octets, 0, octets.length);
        byte[] hash = new byte[NT_HASH_OCTETS];
        md4.doFinal(hash, 0);
        return hash;
    }

    private static byte[] sha1(byte[]... parts) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            for (byte[] part : parts) {
                sha1.update(part);
            }
            return sha1.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the Java platform lacks SHA-1", e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
