package io.sallyport.core.eap;

import io.sallyport.core.auth.EapPackets;
import io.sallyport.core.auth.MsChapV2Hashes;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** The client's side of EAP-MSCHAPv2 (draft-kamath-pppext-eap-mschapv2-02). It tries its password once, and takes no server's word that does not know it. */
public final class EapMsChapV2Peer implements EapPeerMethod {
    private static final int CHALLENGE = 1;
    private static final int RESPONSE = 2;
    private static final int SUCCESS = 3;
    private static final int FAILURE = 4;
    /** OpCode, MS-CHAPv2-ID, MS-Length. */
    private static final int HEADER_OCTETS = 4;

    private static final int VALUE_OCTETS = 49;
    /** {@code S=} and 40 digits. */
    private static final int PROOF_LENGTH = 42;

    private final String user;
    private final Secret ntHash;
    private final SecureRandom random;
    private byte @Nullable [] expected;
    private @Nullable Secret msk;
    private boolean complete;

    /** @param password UTF-8; not kept */
    public EapMsChapV2Peer(String user, Secret password, SecureRandom random) {
        this.user = user;
        this.random = random;
        ntHash = MsChapV2Hashes.ntHash(password);
    }

    @Override
    public int type() {
        return EapPackets.MSCHAPV2;
    }

    @Override
    public @Nullable Octets receive(Octets data) {
        if (data.length() < HEADER_OCTETS || length(data) != data.length()) {
            return null;
        }
        return switch (data.at(0)) {
            case CHALLENGE -> challenge(data);
            case SUCCESS -> success(data);
            case FAILURE -> {
                forget();
                yield Octets.of((byte) FAILURE);
            }
            default -> null;
        };
    }

    private static int length(Octets data) {
        return (data.at(2) & 0xff) << 8 | (data.at(3) & 0xff);
    }

    private @Nullable Octets challenge(Octets data) {
        int from = HEADER_OCTETS + 1;
        int to = from + MsChapV2Hashes.CHALLENGE_OCTETS;
        if (data.length() < to || data.at(HEADER_OCTETS) != MsChapV2Hashes.CHALLENGE_OCTETS) {
            return null;
        }
        byte[] own = new byte[MsChapV2Hashes.CHALLENGE_OCTETS];
        random.nextBytes(own);
        byte[] hash = MsChapV2Hashes.challengeHash(Octets.of(own), data.slice(from, to), user);
        byte[] response = MsChapV2Hashes.ntResponse(hash, ntHash);
        forget();
        expected = MsChapV2Hashes.authenticatorResponse(ntHash, Octets.of(response), hash)
                .getBytes(StandardCharsets.US_ASCII);
        msk = MsChapV2Hashes.keyingMaterial(ntHash, Octets.of(response));
        return response(data.at(1), own, response);
    }

    private Octets response(byte identifier, byte[] peerChallenge, byte[] ntResponse) {
        byte[] name = user.getBytes(StandardCharsets.UTF_8);
        int length = HEADER_OCTETS + 1 + VALUE_OCTETS + name.length;
        return Octets.of(ByteBuffer.allocate(length)
                .put((byte) RESPONSE)
                .put(identifier)
                .putShort((short) length)
                .put((byte) VALUE_OCTETS)
                .put(peerChallenge)
                .putLong(0)
                .put(ntResponse)
                .put((byte) 0)
                .put(name)
                .array());
    }

    private @Nullable Octets success(Octets data) {
        if (data.length() < HEADER_OCTETS + PROOF_LENGTH) {
            return null;
        }
        byte[] proof = data.slice(HEADER_OCTETS, HEADER_OCTETS + PROOF_LENGTH).toByteArray();
        if (expected == null || !MessageDigest.isEqual(proof, expected)) {
            forget();
            return Octets.of((byte) FAILURE);
        }
        complete = true;
        return Octets.of((byte) SUCCESS);
    }

    private void forget() {
        expected = null;
        complete = false;
        if (msk != null) {
            msk.close();
            msk = null;
        }
    }

    @Override
    public boolean isComplete() {
        return complete;
    }

    @Override
    public @Nullable Secret keyingMaterial() {
        return msk == null || !complete ? null : msk.slice(0, msk.length());
    }

    @Override
    public void close() {
        forget();
        ntHash.close();
    }
}
