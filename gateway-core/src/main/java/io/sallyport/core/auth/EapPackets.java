package io.sallyport.core.auth;

import io.sallyport.core.octets.Octets;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The packets of EAP (RFC 3748 §4) that an EAP-MSCHAPv2 server writes and reads. */
final class EapPackets {
    static final int REQUEST = 1;
    static final int RESPONSE = 2;
    static final int SUCCESS = 3;
    static final int FAILURE = 4;

    static final int IDENTITY = 1;
    static final int NOTIFICATION = 2;
    static final int NAK = 3;
    static final int MSCHAPV2 = 26;

    /** Longer than any response that this server asks for. */
    static final int MOST_OCTETS = 1020;

    private static final int HEADER_OCTETS = 5;

    private EapPackets() {}

    /** An EAP-Response: its type, and the octets after it. */
    record Response(int identifier, int type, Octets data) {}

    /** Null for what is no response: another code, a length that lies, nothing after the header. */
    static @Nullable Response response(Octets packet) {
        if (packet.length() < HEADER_OCTETS || packet.length() > MOST_OCTETS || packet.at(0) != RESPONSE) {
            return null;
        }
        int length = (packet.at(2) & 0xff) << 8 | (packet.at(3) & 0xff);
        if (length != packet.length()) {
            return null;
        }
        return new Response(packet.at(1) & 0xff, packet.at(4) & 0xff, packet.slice(HEADER_OCTETS, packet.length()));
    }

    static Octets identityRequest(int identifier) {
        return request(identifier, IDENTITY, 0).octets();
    }

    /** @param name the server's */
    static Octets challenge(int identifier, int msChapId, Octets challenge, String name) {
        byte[] own = name.getBytes(StandardCharsets.UTF_8);
        Writer writer = request(identifier, MSCHAPV2, 5 + challenge.length() + own.length);
        writer.msChapHeader(MsChapV2Packet.CHALLENGE, msChapId);
        writer.buffer
                .put((byte) challenge.length())
                .put(challenge.toByteArray())
                .put(own);
        return writer.octets();
    }

    /** Success or failure of MS-CHAPv2 with its message. */
    static Octets outcome(int identifier, int opCode, int msChapId, String message) {
        byte[] text = message.getBytes(StandardCharsets.UTF_8);
        Writer writer = request(identifier, MSCHAPV2, 4 + text.length);
        writer.msChapHeader(opCode, msChapId);
        writer.buffer.put(text);
        return writer.octets();
    }

    /** EAP-Success or EAP-Failure. */
    static Octets end(int code, int identifier) {
        return Octets.of((byte) code, (byte) identifier, (byte) 0, (byte) 4);
    }

    private static Writer request(int identifier, int type, int dataOctets) {
        int length = HEADER_OCTETS + dataOctets;
        byte[] octets = new byte[length];
        ByteBuffer buffer = ByteBuffer.wrap(octets);
        buffer.put((byte) REQUEST)
                .put((byte) identifier)
                .putShort((short) length)
                .put((byte) type);
        return new Writer(octets, buffer);
    }

    private static final class Writer {
        private final byte[] packet;
        private final ByteBuffer buffer;

        Writer(byte[] packet, ByteBuffer buffer) {
            this.packet = packet;
            this.buffer = buffer;
        }

        void msChapHeader(int opCode, int msChapId) {
            // MS-Length counts from the OpCode: all but the header of EAP.
            int length = packet.length - HEADER_OCTETS;
            buffer.put((byte) opCode).put((byte) msChapId).putShort((short) length);
        }

        Octets octets() {
            return Octets.of(packet);
        }
    }
}
