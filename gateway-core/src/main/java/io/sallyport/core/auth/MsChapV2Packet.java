package io.sallyport.core.auth;

import io.sallyport.core.octets.Octets;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What an EAP-MSCHAPv2 peer says, after the EAP type (draft-kamath-pppext-eap-mschapv2-02 §2). */
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
