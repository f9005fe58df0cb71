package io.sallyport.sstp.ppp;

import io.sallyport.core.octets.Octets;
import io.sallyport.sstp.ppp.ControlPacket.CodeReject;
import io.sallyport.sstp.ppp.ControlPacket.Configure;
import io.sallyport.sstp.ppp.ControlPacket.ConfigureAck;
import io.sallyport.sstp.ppp.ControlPacket.ConfigureNak;
import io.sallyport.sstp.ppp.ControlPacket.ConfigureReject;
import io.sallyport.sstp.ppp.ControlPacket.ConfigureRequest;
import io.sallyport.sstp.ppp.ControlPacket.DiscardRequest;
import io.sallyport.sstp.ppp.ControlPacket.EchoReply;
import io.sallyport.sstp.ppp.ControlPacket.EchoRequest;
import io.sallyport.sstp.ppp.ControlPacket.Identification;
import io.sallyport.sstp.ppp.ControlPacket.ProtocolReject;
import io.sallyport.sstp.ppp.ControlPacket.TerminateAck;
import io.sallyport.sstp.ppp.ControlPacket.TerminateRequest;
import io.sallyport.sstp.ppp.ControlPacket.TimeRemaining;
import io.sallyport.sstp.ppp.ControlPacket.UnknownCode;
import io.sallyport.sstp.ppp.PppException.Fault;
import java.util.ArrayList;
import java.util.List;

/** The packets of the control protocols as octets: code, identifier, length of two octets, and what the code says (RFC 1661 §5). */
final class ControlPackets {
    static final int HEADER_OCTETS = 4;

    /** More than any client asks for in one packet. */
    static final int MAX_OPTIONS = 32;

    /** In one packet, so that an answer that gives them back fits into what every peer takes (RFC 1661 §6.1). */
    static final int MAX_OPTIONS_OCTETS = 1500 - HEADER_OCTETS;

    private ControlPackets() {}

    /** @param information of the frame, with its padding */
    static ControlPacket decode(Octets information) throws PppException {
        Octets packet = withoutPadding(information);
        int code = packet.at(0) & 0xff;
        int identifier = packet.at(1) & 0xff;
        Octets body = packet.slice(HEADER_OCTETS, packet.length());
        return switch (code) {
            case ControlPacket.CONFIGURE_REQUEST -> new ConfigureRequest(identifier, options(body));
            case ControlPacket.CONFIGURE_ACK -> new ConfigureAck(identifier, options(body));
            case ControlPacket.CONFIGURE_NAK -> new ConfigureNak(identifier, options(body));
            case ControlPacket.CONFIGURE_REJECT -> new ConfigureReject(identifier, options(body));
            case ControlPacket.TERMINATE_REQUEST -> new TerminateRequest(identifier, body);
            case ControlPacket.TERMINATE_ACK -> new TerminateAck(identifier, body);
            case ControlPacket.CODE_REJECT -> new CodeReject(identifier, body);
            case ControlPacket.PROTOCOL_REJECT ->
                new ProtocolReject(identifier, (int) number(body, 2), body.slice(2, body.length()));
            case ControlPacket.ECHO_REQUEST ->
                new EchoRequest(identifier, (int) number(body, 4), body.slice(4, body.length()));
            case ControlPacket.ECHO_REPLY ->
                new EchoReply(identifier, (int) number(body, 4), body.slice(4, body.length()));
            case ControlPacket.DISCARD_REQUEST ->
                new DiscardRequest(identifier, (int) number(body, 4), body.slice(4, body.length()));
            case ControlPacket.IDENTIFICATION ->
                new Identification(identifier, (int) number(body, 4), body.slice(4, body.length()));
            case ControlPacket.TIME_REMAINING -> {
                long both = number(body, 8);
                yield new TimeRemaining(identifier, (int) (both >> 32), (int) both, body.slice(8, body.length()));
            }
            default -> new UnknownCode(code, identifier, body);
        };
    }

    static Octets encode(ControlPacket packet) {
        PacketWriter out = new PacketWriter();
        switch (packet) {
            case ConfigureRequest p -> configure(out.header(ControlPacket.CONFIGURE_REQUEST, p.identifier()), p);
            case ConfigureAck p -> configure(out.header(ControlPacket.CONFIGURE_ACK, p.identifier()), p);
            case ConfigureNak p -> configure(out.header(ControlPacket.CONFIGURE_NAK, p.identifier()), p);
            case ConfigureReject p -> configure(out.header(ControlPacket.CONFIGURE_REJECT, p.identifier()), p);
            case TerminateRequest p ->
                out.header(ControlPacket.TERMINATE_REQUEST, p.identifier()).octets(p.data());
            case TerminateAck p ->
                out.header(ControlPacket.TERMINATE_ACK, p.identifier()).octets(p.data());
            case CodeReject p ->
                out.header(ControlPacket.CODE_REJECT, p.identifier()).octets(p.rejected());
            case ProtocolReject p ->
                out.header(ControlPacket.PROTOCOL_REJECT, p.identifier())
                        .octet(p.protocol() >> 8)
                        .octet(p.protocol())
                        .octets(p.information());
            case EchoRequest p -> magic(out.header(ControlPacket.ECHO_REQUEST, p.identifier()), p.magic(), p.data());
            case EchoReply p -> magic(out.header(ControlPacket.ECHO_REPLY, p.identifier()), p.magic(), p.data());
            case DiscardRequest p ->
                magic(out.header(ControlPacket.DISCARD_REQUEST, p.identifier()), p.magic(), p.data());
            case Identification p ->
                magic(out.header(ControlPacket.IDENTIFICATION, p.identifier()), p.magic(), p.message());
            case TimeRemaining p ->
                magic(
                                out.header(ControlPacket.TIME_REMAINING, p.identifier()),
                                p.magic(),
                                ConfigOption.ofInt(0, p.seconds()).data())
                        .octets(p.message());
            case UnknownCode p -> out.header(p.code(), p.identifier()).octets(p.data());
        }
        return out.packet();
    }

    /** The packet alone, for all that begins with code, identifier and length. */
    static Octets withoutPadding(Octets information) throws PppException {
        int length = length(information.toByteArray());
        return length == information.length() ? information : information.slice(0, length);
    }

    /** Of the packet in this information. */
    static int length(byte[] information) throws PppException {
        if (information.length < HEADER_OCTETS) {
            throw new PppException(Fault.TRUNCATED, "a packet of " + information.length + " octets");
        }
        int length = (information[2] & 0xff) << 8 | (information[3] & 0xff);
        if (length < HEADER_OCTETS) {
            throw new PppException(Fault.MALFORMED, "a length of " + length);
        }
        // RFC 1661 §5: "Octets outside the range of the Length field are treated as padding and are ignored on
        // reception. When a packet is received with an invalid Length field, the packet is silently discarded without
        // affecting the automaton."
        if (length > information.length) {
            throw new PppException(Fault.TRUNCATED, information.length + " of " + length + " octets");
        }
        return length;
    }

    private static List<ConfigOption> options(Octets body) throws PppException {
        if (body.length() > MAX_OPTIONS_OCTETS) {
            throw new PppException(Fault.TOO_LARGE, body.length() + " octets of options");
        }
        List<ConfigOption> options = new ArrayList<>();
        int at = 0;
        while (at < body.length()) {
            if (options.size() == MAX_OPTIONS) {
                throw new PppException(Fault.TOO_LARGE, "more than " + MAX_OPTIONS + " options");
            }
            if (body.length() - at < ConfigOption.HEADER_OCTETS) {
                throw new PppException(Fault.TRUNCATED, "an option of one octet");
            }
            int length = body.at(at + 1) & 0xff;
            // RFC 1661 §6: the length counts the type and itself.
            if (length < ConfigOption.HEADER_OCTETS) {
                throw new PppException(Fault.MALFORMED, "an option with a length of " + length);
            }
            if (length > body.length() - at) {
                throw new PppException(Fault.TRUNCATED, "an option that reaches beyond its packet");
            }
            options.add(new ConfigOption(body.at(at) & 0xff, body.slice(at + ConfigOption.HEADER_OCTETS, at + length)));
            at += length;
        }
        return options;
    }

    private static long number(Octets body, int octets) throws PppException {
        if (body.length() < octets) {
            throw new PppException(Fault.TRUNCATED, body.length() + " octets after the header");
        }
        return new ConfigOption(0, body.slice(0, octets)).number();
    }

    private static void configure(PacketWriter out, Configure packet) {
        for (ConfigOption option : packet.options()) {
            out.octet(option.type()).octet(option.data().length() + ConfigOption.HEADER_OCTETS);
            out.octets(option.data());
        }
    }

    private static PacketWriter magic(PacketWriter out, int magic, Octets data) {
        return out.octets(ConfigOption.ofInt(0, magic).data()).octets(data);
    }
}
