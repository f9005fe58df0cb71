package io.sallyport.core.forward;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.packet.Ipv4;
import io.sallyport.core.packet.Ipv6;

/**
 * Messages that tell a host where to send: only its own routers may, and a client is none. Of IPv6 those behind
 * extension headers are not looked for: who receives one takes it from a link-local address alone (RFC 4861 §6.1.2,
 * §8.1), which passes no check here.
 */
final class Redirects {
    /** RFC 792. */
    private static final int ICMP_REDIRECT = 5;
    /** RFC 1256. */
    private static final int ICMP_ROUTER_ADVERTISEMENT = 9;
    /** RFC 4861 §4.2. */
    private static final int ICMPV6_ROUTER_ADVERTISEMENT = 134;
    /** RFC 4861 §4.5. */
    private static final int ICMPV6_REDIRECT = 137;

    private Redirects() {}

    /** Of the well-formed IPv4 packet at this index; the first fragment of one is one. */
    static boolean is4(ByteBuf packet, int at) {
        if (Ipv4.protocol(packet, at) != Ipv4.PROTOCOL_ICMP || Ipv4.isLaterFragment(packet, at)) {
            return false;
        }
        int icmp = at + Ipv4.headerLength(packet, at);
        if (icmp >= packet.writerIndex()) {
            return false;
        }
        int type = packet.getUnsignedByte(icmp);
        return type == ICMP_REDIRECT || type == ICMP_ROUTER_ADVERTISEMENT;
    }

    /** Of the well-formed IPv6 packet at this index. */
    static boolean is6(ByteBuf packet, int at) {
        int icmp = at + Ipv6.HEADER_OCTETS;
        if (Ipv6.nextHeader(packet, at) != Ipv6.NEXT_HEADER_ICMPV6 || icmp >= packet.writerIndex()) {
            return false;
        }
        int type = packet.getUnsignedByte(icmp);
        return type == ICMPV6_ROUTER_ADVERTISEMENT || type == ICMPV6_REDIRECT;
    }
}
