package io.sallyport.core.autoconf;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.packet.Checksum;
import io.sallyport.core.packet.IpPacket;
import io.sallyport.core.packet.Ipv4;
import io.sallyport.core.packet.Ipv6;
import org.jspecify.annotations.Nullable;

/** What a client may ask the gateway inside its tunnel, and the answers; packets are well-formed (see {@link IpPacket#wellFormed}). */
final class Questions {
    private static final int UDP_LENGTH = 4;
    private static final int UDP_CHECKSUM = 6;
    /** From port 68 to port 67, as the first four octets of the UDP header. */
    private static final int DHCP_PORTS = 68 << 16 | 67;

    private static final int DHCP6_PORTS = 546 << 16 | 547;
    private static final int BROADCAST = -1;

    private Questions() {}

    /** Whether the packet may be one; reads a few octets. */
    static boolean mayBe(ByteBuf packet) {
        return IpPacket.version(packet, packet.readerIndex()) == 4
                ? isDhcp(packet)
                : isDiscovery(packet) || isDhcp6(packet);
    }

    /** A DHCP client's IPv4 packet, whole: RFC 2131 §4.1 has no use for fragments. */
    static boolean isDhcp(ByteBuf packet) {
        int at = packet.readerIndex();
        if (Ipv4.protocol(packet, at) != Ipv4.PROTOCOL_UDP || Ipv4.isFragment(packet, at)) {
            return false;
        }
        int udp = at + Ipv4.headerLength(packet, at);
        return udp + OwnPackets.UDP_HEADER <= packet.writerIndex() && packet.getInt(udp) == DHCP_PORTS;
    }

    private static boolean isDiscovery(ByteBuf packet) {
        int icmp = packet.readerIndex() + Ipv6.HEADER_OCTETS;
        if (Ipv6.nextHeader(packet, packet.readerIndex()) != Ipv6.NEXT_HEADER_ICMPV6 || icmp >= packet.writerIndex()) {
            return false;
        }
        int type = packet.getUnsignedByte(icmp);
        return type == Discovery.ROUTER_SOLICITATION || type == Discovery.NEIGHBOUR_SOLICITATION;
    }

    private static boolean isDhcp6(ByteBuf packet) {
        int udp = packet.readerIndex() + Ipv6.HEADER_OCTETS;
        return Ipv6.nextHeader(packet, packet.readerIndex()) == Ipv6.NEXT_HEADER_UDP
                && udp + OwnPackets.UDP_HEADER <= packet.writerIndex()
                && packet.getInt(udp) == DHCP6_PORTS;
    }

    /**
     * Answers a packet that {@link #mayBe} a question.
     *
     * @return null when it is none that the gateway answers
     */
    static @Nullable Reply answer(ByteBuf packet, ClientTerms terms, int mtu) throws RefusedQuestion {
        if (IpPacket.version(packet, packet.readerIndex()) == 4) {
            return answerDhcp(packet, terms, mtu);
        }
        if (!terms.hasIpv6()) {
            return null;
        }
        return isDiscovery(packet) ? Discovery.answer(packet, terms, mtu) : answerDhcp6(packet, terms);
    }

    private static @Nullable Reply answerDhcp(ByteBuf packet, ClientTerms terms, int mtu) throws RefusedQuestion {
        if (terms.ipv4() == null || terms.gatewayIpv4() == null) {
            return null;
        }
        int at = packet.readerIndex();
        int lease = ClientTerms.number(terms.ipv4());
        int destination = Ipv4.destination(packet, at);
        if (destination != BROADCAST && destination != ClientTerms.number(terms.gatewayIpv4())) {
            return null;
        }
        if (Ipv4.source(packet, at) != lease) {
            throw RefusedQuestion.spoofed("not from the lease");
        }
        DhcpInform inform = DhcpInform.decode(udpPayload(packet, at, at + Ipv4.headerLength(packet, at), true));
        if (inform == null) {
            return null;
        }
        // RFC 2131 §4.4.3: "The client sets 'ciaddr' to its own address"; the answer goes there.
        if (inform.ciaddr() != lease) {
            throw RefusedQuestion.spoofed("for another address");
        }
        return DhcpAck.encode(inform, terms, terms.gatewayIpv4(), mtu);
    }

    private static @Nullable Reply answerDhcp6(ByteBuf packet, ClientTerms terms) throws RefusedQuestion {
        int at = packet.readerIndex();
        // RFC 8415 §13: clients send to this address unless they were told another one.
        if (!Link.Address.destination(packet, at).equals(Link.ALL_DHCP_SERVERS)) {
            return null;
        }
        if (!Discovery.isClient(Link.Address.source(packet, at), terms)) {
            throw RefusedQuestion.spoofed("not the client's address");
        }
        ByteBuf payload = udpPayload(packet, at, at + Ipv6.HEADER_OCTETS, false);
        return Dhcp6Reply.encode(Dhcp6Request.decode(payload), terms, Link.Address.source(packet, at));
    }

    /** @param mayLackChecksum RFC 768: zero means none; RFC 8200 §8.1: not in IPv6 */
    private static ByteBuf udpPayload(ByteBuf packet, int at, int udp, boolean mayLackChecksum) throws RefusedQuestion {
        int length = packet.getUnsignedShort(udp + UDP_LENGTH);
        if (length < OwnPackets.UDP_HEADER || udp + length > packet.writerIndex()) {
            throw RefusedQuestion.malformed("UDP length");
        }
        boolean lacksChecksum = packet.getShort(udp + UDP_CHECKSUM) == 0;
        long sum = Checksum.pseudoHeader(packet, at, Ipv4.PROTOCOL_UDP, length) + Checksum.sum(packet, udp, length);
        if (lacksChecksum ? !mayLackChecksum : Checksum.finish(sum) != 0) {
            throw RefusedQuestion.malformed("UDP checksum");
        }
        return packet.slice(udp + OwnPackets.UDP_HEADER, length - OwnPackets.UDP_HEADER);
    }
}
