package io.sallyport.core.autoconf;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.packet.Checksum;
import io.sallyport.core.packet.Ipv6;
import org.jspecify.annotations.Nullable;

/** Solicitations of a client (RFC 4861) on a link where the gateway is the only neighbour and the only router. */
final class Discovery {
    static final int ROUTER_SOLICITATION = 133;
    static final int NEIGHBOUR_SOLICITATION = 135;
    static final int NEIGHBOUR_ADVERTISEMENT = 136;

    private static final int HOP_LIMIT = 255;
    private static final int ROUTER_SOLICITATION_OCTETS = 8;
    private static final int NEIGHBOUR_OCTETS = 24;
    private static final int TARGET = 8;
    private static final int SOURCE_LINK_LAYER_ADDRESS = 1;

    private static final int ROUTER = 0x80000000;
    private static final int SOLICITED = 0x40000000;
    private static final int OVERRIDE = 0x20000000;

    private Discovery() {}

    /**
     * Answers a well-formed IPv6 packet whose payload begins with the type of a solicitation.
     *
     * @param terms with IPv6
     * @return null when it asks for somebody else
     */
    static @Nullable Reply answer(ByteBuf packet, ClientTerms terms, int mtu) throws RefusedQuestion {
        int at = packet.readerIndex();
        boolean router = packet.getUnsignedByte(at + Ipv6.HEADER_OCTETS) == ROUTER_SOLICITATION;
        check(packet, at, router ? ROUTER_SOLICITATION_OCTETS : NEIGHBOUR_OCTETS);
        return router ? answerRouter(packet, terms, mtu) : answerNeighbour(packet, terms);
    }

    /** RFC 4861 §6.1.1 and §7.1.1, what both have. */
    private static void check(ByteBuf packet, int at, int fixedOctets) throws RefusedQuestion {
        // "The IP Hop Limit field has a value of 255, i.e., the packet could not possibly have been forwarded by a
        // router."
        if (Ipv6.hopLimit(packet, at) != HOP_LIMIT) {
            throw RefusedQuestion.malformed("hop limit");
        }
        int icmp = at + Ipv6.HEADER_OCTETS;
        int length = packet.writerIndex() - icmp;
        // "ICMP length (derived from the IP length) is 8 or more octets", 24 for neighbours.
        if (length < fixedOctets) {
            throw RefusedQuestion.malformed("too short");
        }
        // "ICMP Checksum is valid."
        long sum =
                Checksum.pseudoHeader(packet, at, Ipv6.NEXT_HEADER_ICMPV6, length) + Checksum.sum(packet, icmp, length);
        if (Checksum.finish(sum) != 0) {
            throw RefusedQuestion.malformed("checksum");
        }
        // "ICMP Code is 0."
        if (packet.getByte(icmp + 1) != 0) {
            throw RefusedQuestion.malformed("code");
        }
        boolean unspecified = Link.Address.source(packet, at).equals(Link.UNSPECIFIED);
        checkOptions(packet, icmp + fixedOctets, unspecified);
    }

    private static void checkOptions(ByteBuf packet, int from, boolean unspecified) throws RefusedQuestion {
        int at = from;
        while (at < packet.writerIndex()) {
            int length = at + 1 < packet.writerIndex() ? packet.getUnsignedByte(at + 1) * 8 : 0;
            // "All included options have a length that is greater than zero."
            if (length == 0 || at + length > packet.writerIndex()) {
                throw RefusedQuestion.malformed("an option's length");
            }
            // "If the IP source address is the unspecified address, there is no source link-layer address option in the
            // message."
            if (unspecified && packet.getUnsignedByte(at) == SOURCE_LINK_LAYER_ADDRESS) {
                throw RefusedQuestion.malformed("a link-layer address of nobody");
            }
            at += length;
        }
    }

    private static @Nullable Reply answerRouter(ByteBuf packet, ClientTerms terms, int mtu) throws RefusedQuestion {
        int at = packet.readerIndex();
        Link.Address destination = Link.Address.destination(packet, at);
        if (!destination.equals(Link.ALL_ROUTERS) && !destination.equals(Link.local(terms.gatewayInterfaceId()))) {
            return null;
        }
        Link.Address source = Link.Address.source(packet, at);
        checkSource(source, terms);
        boolean unspecified = source.equals(Link.UNSPECIFIED);
        return RouterAdvertisement.encode(terms, unspecified ? Link.ALL_NODES : source, mtu);
    }

    private static @Nullable Reply answerNeighbour(ByteBuf packet, ClientTerms terms) throws RefusedQuestion {
        int at = packet.readerIndex();
        Link.Address target = Link.Address.read(packet, at + Ipv6.HEADER_OCTETS + TARGET);
        Link.Address source = Link.Address.source(packet, at);
        Link.Address destination = Link.Address.destination(packet, at);
        // "Target Address is not a multicast address."
        if (target.isMulticast()) {
            throw RefusedQuestion.malformed("a multicast target");
        }
        if (!isGateway(target, terms)) {
            return null;
        }
        boolean unspecified = source.equals(Link.UNSPECIFIED);
        // "If the IP source address is the unspecified address, the IP destination address is a solicited-node
        // multicast address."
        if (!destination.equals(target.solicitedNode()) && (unspecified || !destination.equals(target))) {
            throw RefusedQuestion.malformed("destination");
        }
        checkSource(source, terms);
        ByteBuf answer = OwnPackets.beginIcmp6();
        answer.writeByte(NEIGHBOUR_ADVERTISEMENT).writeByte(0).writeShort(0);
        // RFC 4861 §7.2.4: "If the source of the solicitation is the unspecified address, the node MUST set the
        // Solicited flag to zero and multicast the advertisement to the all-nodes address."
        answer.writeInt(ROUTER | OVERRIDE | (unspecified ? 0 : SOLICITED));
        target.writeTo(answer);
        return new Reply(OwnPackets.finishIcmp6(answer, target, unspecified ? Link.ALL_NODES : source));
    }

    private static boolean isGateway(Link.Address target, ClientTerms terms) {
        boolean local = target.equals(Link.local(terms.gatewayInterfaceId()));
        return local || (terms.gatewayIpv6() != null && target.equals(Link.Address.of(terms.gatewayIpv6())));
    }

    /** Unspecified, the lease, or the link-local address that goes with it. */
    private static void checkSource(Link.Address source, ClientTerms terms) throws RefusedQuestion {
        if (!source.equals(Link.UNSPECIFIED) && !isClient(source, terms)) {
            throw RefusedQuestion.spoofed("not the client's address");
        }
    }

    static boolean isClient(Link.Address source, ClientTerms terms) {
        boolean local = source.equals(Link.local(terms.interfaceId()));
        return local || (terms.ipv6() != null && source.equals(Link.Address.of(terms.ipv6())));
    }
}
