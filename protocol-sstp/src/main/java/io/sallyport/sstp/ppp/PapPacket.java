package io.sallyport.sstp.ppp;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.sstp.ppp.PppException.Fault;
import java.util.Arrays;

/** The packets of PAP (RFC 1334 §2.2). */
sealed interface PapPacket {
    int REQUEST = 1;
    int ACK = 2;
    int NAK = 3;

    /** Names, passwords and messages have a length of one octet. */
    int MAX_OCTETS = 255;

    int identifier();

    /** Whoever decoded it closes the password. */
    record AuthenticateRequest(int identifier, Octets peerId, Secret password) implements PapPacket {}

    record AuthenticateAck(int identifier, Octets message) implements PapPacket {}

    record AuthenticateNak(int identifier, Octets message) implements PapPacket {}

    /** @param information from who knows no password, the server */
    static PapPacket decode(Octets information) throws PppException {
        try (Secret octets = Secret.taking(information.toByteArray())) {
            return decode(octets);
        }
    }

    /** Borrows the information, and leaves no copy of the password that nobody can wipe. */
    static PapPacket decode(Secret information) throws PppException {
        byte[] octets = information.expose();
        int length = ControlPackets.length(octets);
        int identifier = octets[1] & 0xff;
        return switch (octets[0]) {
            case REQUEST -> {
                int passwordAt = end(octets, ControlPackets.HEADER_OCTETS, length);
                int end = end(octets, passwordAt, length);
                used(end, length);
                Octets peerId = octets(octets, ControlPackets.HEADER_OCTETS + 1, passwordAt);
                yield new AuthenticateRequest(identifier, peerId, information.slice(passwordAt + 1, end));
            }
            case ACK -> new AuthenticateAck(identifier, message(octets, length));
            case NAK -> new AuthenticateNak(identifier, message(octets, length));
            default -> throw new PppException(Fault.MALFORMED, "PAP has no code " + (octets[0] & 0xff));
        };
    }

    static Octets encode(PapPacket packet) {
        PacketWriter out = new PacketWriter();
        switch (packet) {
            case AuthenticateRequest p ->
                out.header(REQUEST, p.identifier)
                        .octet(p.peerId.length())
                        .octets(p.peerId)
                        .octet(p.password.length())
                        .octets(p.password.expose());
            case AuthenticateAck p ->
                out.header(ACK, p.identifier).octet(p.message.length()).octets(p.message);
            case AuthenticateNak p ->
                out.header(NAK, p.identifier).octet(p.message.length()).octets(p.message);
        }
        return out.packet();
    }

    private static Octets message(byte[] octets, int length) throws PppException {
        if (length == ControlPackets.HEADER_OCTETS) {
            // Some servers leave the length of an empty message out.
            return Octets.EMPTY;
        }
        int end = end(octets, ControlPackets.HEADER_OCTETS, length);
        used(end, length);
        return octets(octets, ControlPackets.HEADER_OCTETS + 1, end);
    }

    private static Octets octets(byte[] octets, int from, int to) {
        return Octets.of(Arrays.copyOfRange(octets, from, to));
    }

    /** Of the field whose length is at this index, in a packet of this length. */
    private static int end(byte[] octets, int at, int length) throws PppException {
        int end = at < length ? at + 1 + (octets[at] & 0xff) : Integer.MAX_VALUE;
        if (end > length) {
            throw new PppException(Fault.TRUNCATED, "a field reaches beyond its packet");
        }
        return end;
    }

    private static void used(int end, int length) throws PppException {
        if (end != length) {
            throw new PppException(Fault.MALFORMED, length - end + " octets after the last field");
        }
    }
}
