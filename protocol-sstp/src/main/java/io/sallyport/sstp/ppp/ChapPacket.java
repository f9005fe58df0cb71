package io.sallyport.sstp.ppp;

import io.sallyport.core.octets.Octets;
import io.sallyport.sstp.ppp.PppException.Fault;

/** The packets of CHAP (RFC 1994 §4) with the values of MS-CHAPv2 (RFC 2759). */
sealed interface ChapPacket {
    int CHALLENGE = 1;
    int RESPONSE = 2;
    int SUCCESS = 3;
    int FAILURE = 4;
    int CHANGE_PASSWORD = 7;

    int CHALLENGE_OCTETS = 16;
    /** Peer challenge 16, reserved 8, NT response 24, flags 1 (RFC 2759 §4). */
    int RESPONSE_OCTETS = 49;

    int MAX_NAME_OCTETS = 255;

    int identifier();

    record Challenge(int identifier, Octets value, Octets name) implements ChapPacket {}

    record Response(int identifier, Octets value, Octets name) implements ChapPacket {
        Octets peerChallenge() {
            return value.slice(0, CHALLENGE_OCTETS);
        }

        Octets ntResponse() {
            return value.slice(24, 48);
        }
    }

    record Success(int identifier, Octets message) implements ChapPacket {}

    record Failure(int identifier, Octets message) implements ChapPacket {}

    /** RFC 2759 §7. Not offered, so nobody looks inside. */
    record ChangePassword(int identifier, Octets data) implements ChapPacket {
        @Override
        public String toString() {
            return "ChangePassword[***]";
        }
    }

    static ChapPacket decode(Octets information) throws PppException {
        Octets packet = ControlPackets.withoutPadding(information);
        int identifier = packet.at(1) & 0xff;
        Octets body = packet.slice(ControlPackets.HEADER_OCTETS, packet.length());
        return switch (packet.at(0)) {
            case CHALLENGE -> new Challenge(identifier, value(body, CHALLENGE_OCTETS), name(body, CHALLENGE_OCTETS));
            case RESPONSE -> new Response(identifier, value(body, RESPONSE_OCTETS), name(body, RESPONSE_OCTETS));
            case SUCCESS -> new Success(identifier, body);
            case FAILURE -> new Failure(identifier, body);
            case CHANGE_PASSWORD -> new ChangePassword(identifier, body);
            default -> throw new PppException(Fault.MALFORMED, "CHAP has no code " + (packet.at(0) & 0xff));
        };
    }

    static Octets encode(ChapPacket packet) {
        PacketWriter out = new PacketWriter();
        switch (packet) {
            case Challenge p ->
                out.header(CHALLENGE, p.identifier)
                        .octet(CHALLENGE_OCTETS)
                        .octets(p.value)
                        .octets(p.name);
            case Response p ->
                out.header(RESPONSE, p.identifier)
                        .octet(RESPONSE_OCTETS)
                        .octets(p.value)
                        .octets(p.name);
            case Success p -> out.header(SUCCESS, p.identifier).octets(p.message);
            case Failure p -> out.header(FAILURE, p.identifier).octets(p.message);
            case ChangePassword p -> out.header(CHANGE_PASSWORD, p.identifier).octets(p.data);
        }
        return out.packet();
    }

    private static Octets value(Octets body, int octets) throws PppException {
        if (body.isEmpty()) {
            throw new PppException(Fault.TRUNCATED, "no value");
        }
        if (body.at(0) != octets) {
            throw new PppException(Fault.MALFORMED, "a value of " + (body.at(0) & 0xff) + " octets");
        }
        if (body.length() < 1 + octets) {
            throw new PppException(Fault.TRUNCATED, "a value that reaches beyond its packet");
        }
        return body.slice(1, 1 + octets);
    }

    private static Octets name(Octets body, int valueOctets) throws PppException {
        if (body.length() > 1 + valueOctets + MAX_NAME_OCTETS) {
            throw new PppException(Fault.TOO_LARGE, "a name of " + (body.length() - 1 - valueOctets) + " octets");
        }
        return body.slice(1 + valueOctets, body.length());
    }
}
