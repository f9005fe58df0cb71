package io.sallyport.core.auth;

import io.sallyport.core.octets.Octets;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The packets of EAP (RFC 3748 §4), for both ends. */
public final class EapPackets {
    public static final int REQUEST = 1;
    public static final int RESPONSE = 2;
    public static final int SUCCESS = 3;
    public static final int FAILURE = 4;

    public static final int IDENTITY = 1;
    public static final int NOTIFICATION = 2;
    public static final int NAK = 3;
    public static final int TLS = 13;
    public static final int MSCHAPV2 = 26;
    /** Vendor's types, and every type with 32 bits instead of 8 (RFC 3748 §5.7). */
    public static final int EXPANDED = 254;

    /** RFC 3748 §3.1: what every lower layer carries. An identity, or a list of wanted methods, is never longer. */
    public static final int MOST_COMMON_OCTETS = 1020;

    /** Code, identifier, length, type. */
    public static final int HEADER_OCTETS = 5;

    private EapPackets() {}

    /** A request or response: its type, and the octets after it. */
    public record Typed(int identifier, int type, Octets data) {
        public String text() {
            return new String(data.toByteArray(), StandardCharsets.UTF_8);
        }
    }

    /** Null for what is no response: another code, a length that lies, nothing after the header. */
    public static @Nullable Typed response(Octets packet) {
        return typed(packet, RESPONSE);
    }

    /** Null for what is no request. */
    public static @Nullable Typed request(Octets packet) {
        return typed(packet, REQUEST);
    }

    private static @Nullable Typed typed(Octets packet, int code) {
        if (packet.length() < HEADER_OCTETS || packet.at(0) != code) {
            return null;
        }
        int length = (packet.at(2) & 0xff) << 8 | (packet.at(3) & 0xff);
        if (length != packet.length()) {
            return null;
        }
        return new Typed(packet.at(1) & 0xff, packet.at(4) & 0xff, packet.slice(HEADER_OCTETS, packet.length()));
    }

    public static Octets request(int identifier, int type, Octets data) {
        return write(REQUEST, identifier, type, data);
    }

    public static Octets response(int identifier, int type, Octets data) {
        return write(RESPONSE, identifier, type, data);
    }

    private static Octets write(int code, int identifier, int type, Octets data) {
        int length = HEADER_OCTETS + data.length();
        return Octets.of(ByteBuffer.allocate(length)
                .put((byte) code)
                .put((byte) identifier)
                .putShort((short) length)
                .put((byte) type)
                .put(data.toByteArray())
                .array());
    }

    /** EAP-Success or EAP-Failure. */
    public static Octets end(int code, int identifier) {
        return Octets.of((byte) code, (byte) identifier, (byte) 0, (byte) 4);
    }

    /** As people call it. */
    static String name(int type) {
        return switch (type) {
            case 4 -> "EAP-MD5";
            case TLS -> "EAP-TLS";
            case 21 -> "EAP-TTLS";
            case 25 -> "PEAP";
            case MSCHAPV2 -> "EAP-MSCHAPv2";
            default -> "EAP type " + type;
        };
    }
}
