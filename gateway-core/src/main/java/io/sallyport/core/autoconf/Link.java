package io.sallyport.core.autoconf;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.packet.Ipv6;
import java.net.Inet6Address;

/** IPv6 addresses of the link between one client and the gateway. */
final class Link {
    /** fe80::/64, RFC 4291 §2.5.6. */
    static final long LOCAL = 0xfe80_0000_0000_0000L;

    private static final long ALL_ON_LINK = 0xff02_0000_0000_0000L;

    static final Address UNSPECIFIED = new Address(0, 0);
    static final Address ALL_NODES = new Address(ALL_ON_LINK, 1);
    static final Address ALL_ROUTERS = new Address(ALL_ON_LINK, 2);
    /** ff02::1:2, RFC 8415 §7.1. */
    static final Address ALL_DHCP_SERVERS = new Address(ALL_ON_LINK, 0x1_0002);

    /** In network order. */
    record Address(long high, long low) {
        static Address source(ByteBuf packet, int at) {
            return new Address(Ipv6.sourceHigh(packet, at), Ipv6.sourceLow(packet, at));
        }

        static Address destination(ByteBuf packet, int at) {
            return new Address(Ipv6.destinationHigh(packet, at), Ipv6.destinationLow(packet, at));
        }

        static Address read(ByteBuf buf, int at) {
            return new Address(buf.getLong(at), buf.getLong(at + 8));
        }

        static Address of(Inet6Address address) {
            return new Address(ClientTerms.high(address), ClientTerms.low(address));
        }

        boolean isMulticast() {
            return high >>> 56 == 0xff;
        }

        /** RFC 4291 §2.7.1: "a solicited-node multicast address is formed by taking the low-order 24 bits of an address". */
        Address solicitedNode() {
            return new Address(ALL_ON_LINK, 0x1_ff00_0000L | (low & 0xff_ffff));
        }

        void writeTo(ByteBuf out) {
            out.writeLong(high).writeLong(low);
        }
    }

    private Link() {}

    static Address local(long interfaceId) {
        return new Address(LOCAL, interfaceId);
    }
}
