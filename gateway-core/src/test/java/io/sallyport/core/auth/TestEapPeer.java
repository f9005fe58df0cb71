package io.sallyport.core.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The other end of EAP-MSCHAPv2, as a test needs it: it also says wrong things. */
final class TestEapPeer {
    private static final Octets PEER_CHALLENGE = Octets.fromHex("21402324255e262a28295f2b3a337c7e");

    private final String name;
    private Octets ntResponse = Octets.EMPTY;
    private byte[] challengeHash = new byte[0];

    TestEapPeer(String name) {
        this.name = name;
    }

    static Octets response(int identifier, int type, byte... data) {
        int length = 5 + data.length;
        byte[] packet = new byte[length];
        packet[0] = 2;
        packet[1] = (byte) identifier;
        packet[2] = (byte) (length >> 8);
        packet[3] = (byte) length;
        packet[4] = (byte) type;
        System.arraycopy(data, 0, packet, 5, data.length);
        return Octets.of(packet);
    }

    Octets identity(Octets request) {
        assertThat(request.slice(4, request.length())).isEqualTo(Octets.of((byte) 1));
        return response(request.at(1), 1, name.getBytes(StandardCharsets.UTF_8));
    }

    /** The answer to a challenge, or to a failure that allows another try. */
    Octets answer(Octets request, String password) {
        Octets challenge = request.at(5) == 1 ? request.slice(10, 26) : retryChallenge(request);
        int msChapId = request.at(5) == 1 ? request.at(6) : request.at(6) + 1;
        try (Secret secret = Secret.taking(password.getBytes(StandardCharsets.UTF_8));
                Secret hash = MsChapV2Hashes.ntHash(secret)) {
            challengeHash = MsChapV2Hashes.challengeHash(PEER_CHALLENGE, challenge, name);
            ntResponse = Octets.of(MsChapV2Hashes.ntResponse(challengeHash, hash));
        }
        byte[] own = name.getBytes(StandardCharsets.UTF_8);
        int length = 54 + own.length;
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        data.writeBytes(new byte[] {2, (byte) msChapId, (byte) (length >> 8), (byte) length, 49});
        data.writeBytes(PEER_CHALLENGE.toByteArray());
        data.writeBytes(new byte[8]);
        data.writeBytes(ntResponse.toByteArray());
        data.write(0);
        data.writeBytes(own);
        return response(request.at(1), 26, data.toByteArray());
    }

    /** The acknowledgement, after the server's proof was checked. */
    Octets successSeen(Octets request, String password) {
        try (Secret secret = Secret.taking(password.getBytes(StandardCharsets.UTF_8));
                Secret hash = MsChapV2Hashes.ntHash(secret)) {
            assertThat(message(request))
                    .startsWith(MsChapV2Hashes.authenticatorResponse(hash, ntResponse, challengeHash));
        }
        return response(request.at(1), 26, (byte) 3);
    }

    static String message(Octets request) {
        return new String(request.slice(9, request.length()).toByteArray(), StandardCharsets.UTF_8);
    }

    private static Octets retryChallenge(Octets request) {
        String message = message(request);
        int at = message.indexOf("C=") + 2;
        return Octets.fromHex(message.substring(at, at + 32));
    }
}
