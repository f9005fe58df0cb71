package io.sallyport.sstp.ppp;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.sstp.ppp.PppException.Fault;

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

    static PapPacket decode(Octets information) throws PppException {
        Octets packet = ControlPackets.withoutPadding(information);
        int identifier = packet.at(1) & 0xff;
        return switch (packet.at(0)) {
            case REQUEST -> {
                Octets peerId = field(packet, ControlPackets.HEADER_OCTETS);
                int passwordAt = ControlPackets.HEADER_OCTETS + 1 + peerId.length();
                int end = end(packet, passwordAt);
                used(packet, end);
                // Octet for octet, so that no copy of it is left that nobody can wipe.
                byte[] password = new byte[end - passwordAt - 1];
                for (int i = 0; i < password.length; i++) {
                    password[i] = packet.at(passwordAt + 1 + i);
                }
                yield new AuthenticateRequest(identifier, peerId, Secret.taking(password));
            }
            case ACK -> new AuthenticateAck(identifier, message(packet));
            case NAK -> new AuthenticateNak(identifier, message(packet));
            default -> throw new PppException(Fault.MALFORMED, "PAP has no code " + (packet.at(0) & 0xff));
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

    private static Octets message(Octets packet) throws PppException {
        if (packet.length() == ControlPackets.HEADER_OCTETS) {
            // Some servers leave the length of an empty message out.
            return Octets.EMPTY;
        }
        Octets message = field(packet, ControlPackets.HEADER_OCTETS);
        used(packet, ControlPackets.HEADER_OCTETS + 1 + message.length());
        return message;
    }

    private static Octets field(Octets packet, int at) throws PppException {
        return packet.slice(at + 1, end(packet, at));
    }

    /** Of the field whose length is at this index. */
    private static int end(Octets packet, int at) throws PppException {
        int end = at < packet.length() ? at + 1 + (packet.at(at) & 0xff) : Integer.MAX_VALUE;
        if (end > packet.length()) {
            throw new PppException(Fault.TRUNCATED, "a field reaches beyond its packet");
        }
        return end;
    }

    private static void used(Octets packet, int octets) throws PppException {
        if (octets != packet.length()) {
            throw new PppException(Fault.MALFORMED, packet.length() - octets + " octets after the last field");
        }
    }
}
