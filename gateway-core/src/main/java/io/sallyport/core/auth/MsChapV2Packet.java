package io.sallyport.core.auth;

import io.sallyport.core.octets.Octets;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What an EAP-MSCHAPv2 peer says, and what it is told, after the EAP type (draft-kamath-pppext-eap-mschapv2-02 §2). */
sealed interface MsChapV2Packet {
    int CHALLENGE = 1;
    int RESPONSE = 2;
    int SUCCESS = 3;
    int FAILURE = 4;

    /** OpCode, MS-CHAPv2-ID, MS-Length, Value-Size, then the value. */
    int VALUE_AT = 5;
    /** Peer challenge 16, reserved 8, NT response 24, flags 1. */
    int VALUE_OCTETS = 49;

    int MOST_NAME_OCTETS = 256;

    record Response(int msChapId, Octets peerChallenge, Octets ntResponse, String name) implements MsChapV2Packet {}

    record SuccessSeen() implements MsChapV2Packet {}

    record FailureSeen() implements MsChapV2Packet {}

    /** Null for what the draft does not allow, and for a change of password, which is not offered. */
    static @Nullable MsChapV2Packet decode(Octets data) {
        if (data.isEmpty()) {
            return null;
        }
        return switch (data.at(0)) {
            case RESPONSE -> response(data);
            // The draft's acknowledgements are the OpCode alone; some peers send the whole header.
            case SUCCESS -> data.length() <= 4 ? new SuccessSeen() : null;
            case FAILURE -> data.length() <= 4 ? new FailureSeen() : null;
            default -> null;
        };
    }

    /** @param name the server's */
    static Octets challenge(int msChapId, Octets challenge, String name) {
        byte[] own = name.getBytes(StandardCharsets.UTF_8);
        return Octets.of(header(CHALLENGE, msChapId, 1 + challenge.length() + own.length)
                .put((byte) challenge.length())
                .put(challenge.toByteArray())
                .put(own)
                .array());
    }

    /** Success or failure of MS-CHAPv2 with its message. */
    static Octets outcome(int opCode, int msChapId, String message) {
        byte[] text = message.getBytes(StandardCharsets.UTF_8);
        return Octets.of(header(opCode, msChapId, text.length).put(text).array());
    }

    private static ByteBuffer header(int opCode, int msChapId, int octetsAfter) {
        // MS-Length counts from the OpCode: all but the header of EAP.
        int length = 4 + octetsAfter;
        return ByteBuffer.allocate(length)
                .put((byte) opCode)
                .put((byte) msChapId)
                .putShort((short) length);
    }

    private static @Nullable Response response(Octets data) {
        int nameAt = VALUE_AT + VALUE_OCTETS;
        if (data.length() < nameAt || data.length() > nameAt + MOST_NAME_OCTETS) {
            return null;
        }
        int length = (data.at(2) & 0xff) << 8 | (data.at(3) & 0xff);
        if (length != data.length() || data.at(4) != VALUE_OCTETS) {
            return null;
        }
        String name = new String(data.slice(nameAt, data.length()).toByteArray(), StandardCharsets.UTF_8);
        return new Response(
                data.at(1) & 0xff, data.slice(VALUE_AT, VALUE_AT + 16), data.slice(VALUE_AT + 24, VALUE_AT + 48), name);
    }
}
