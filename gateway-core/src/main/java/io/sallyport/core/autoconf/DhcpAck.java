package io.sallyport.core.autoconf;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.address.IpPrefix;
import java.net.Inet4Address;
import java.util.List;

/**
 * The answer to DHCPINFORM, RFC 2131 §4.3.5: a DHCPACK without address and lease time.
 *
 * <p>It is one datagram, as long as the client and the network take. Routes come last and are left out from the end of
 * the list when they do not fit. Options 121 and 249 say the same (MS-DHCPE §2.2.8), and clients that know both follow
 * 121, so 249 is sent beside it only when both fit whole.
 */
final class DhcpAck {
    static final int SUBNET_MASK = 1;
    static final int DNS = 6;
    static final int DOMAIN_NAME = 15;
    static final int MESSAGE_TYPE = 53;
    static final int SERVER_IDENTIFIER = 54;
    static final int CLASSLESS_ROUTES = 121;
    static final int MICROSOFT_CLASSLESS_ROUTES = 249;

    private static final int BOOTREPLY = 2;
    private static final int ACK = 5;
    private static final int END = 255;
    private static final int SERVER_PORT = 67;
    private static final int CLIENT_PORT = 68;
    /** A point-to-point link has no other addresses: what RRAS clients show, and what others answer them. */
    private static final byte[] HOST_MASK = {-1, -1, -1, -1};
    /** RFC 1542 §2.1: "the BOOTP message is at least 300 octets". */
    private static final int SMALLEST_MESSAGE = 300;

    /** Few enough to leave room for routes. */
    private static final int MOST_DNS = 16;

    private static final int MAX_PIECE = 255;
    private static final int PIECE_HEADER = 2;

    private final ByteBuf packet = OwnPackets.beginUdp4();
    private final int message = packet.writerIndex();
    private final int end;
    private final int gateway;

    private DhcpAck(int limit, int gateway) {
        this.end = packet.readerIndex() + limit - 1;
        this.gateway = gateway;
    }

    /**
     * @param terms with IPv4
     * @param mtu the smaller one of the network's and the link's; any takes 576 octets
     */
    static Reply encode(DhcpInform inform, ClientTerms terms, Inet4Address gateway, int mtu) {
        int router = ClientTerms.number(gateway);
        DhcpAck ack =
                new DhcpAck(Math.max(DhcpInform.SMALLEST_MAX_MESSAGE, Math.min(mtu, inform.maxMessageSize())), router);
        ack.writeFixed(inform);
        ack.put(MESSAGE_TYPE, new byte[] {ACK});
        ack.put(SERVER_IDENTIFIER, gateway.getAddress());
        if (inform.asksFor(SUBNET_MASK)) {
            ack.put(SUBNET_MASK, HOST_MASK);
        }
        if (inform.asksFor(DNS)) {
            ack.putDns(terms.dns4());
        }
        byte[] domain = DomainName.text(terms.domain());
        if (domain != null && inform.asksFor(DOMAIN_NAME) && ack.fits(domain.length)) {
            ack.put(DOMAIN_NAME, domain);
        }
        int omitted = ack.putRoutes(inform, terms.routes(true));
        ack.packet.writeByte(END);
        int padding = SMALLEST_MESSAGE - (ack.packet.writerIndex() - ack.message);
        ack.packet.writeZero(Math.max(0, padding));
        OwnPackets.finishUdp4(ack.packet, router, inform.ciaddr(), SERVER_PORT, CLIENT_PORT);
        return new Reply(ack.packet, omitted);
    }

    /** RFC 2131 §4.3.1, table 3: what of the request comes back. */
    private void writeFixed(DhcpInform inform) {
        packet.writeByte(BOOTREPLY).writeByte(inform.hardwareType()).writeByte(inform.hardwareLength());
        packet.writeByte(0).writeInt(inform.xid()).writeShort(0).writeShort(inform.flags());
        // yiaddr, siaddr and giaddr stay zero
        packet.writeInt(inform.ciaddr()).writeZero(12);
        inform.chaddr().writeTo(packet);
        packet.writeZero(DhcpInform.NAMES_OCTETS).writeInt(DhcpInform.MAGIC_COOKIE);
    }

    private void putDns(List<Inet4Address> servers) {
        ByteBuf value = Unpooled.buffer();
        servers.stream().limit(MOST_DNS).forEach(server -> value.writeBytes(server.getAddress()));
        put(DNS, octets(value));
    }

    /** Returns how many were left out. */
    private int putRoutes(DhcpInform inform, List<IpPrefix> routes) {
        boolean standard = inform.asksFor(CLASSLESS_ROUTES);
        boolean microsoft = inform.asksFor(MICROSOFT_CLASSLESS_ROUTES);
        if (!standard && !microsoft) {
            return 0;
        }
        ByteBuf value = Unpooled.buffer();
        int written = 0;
        while (written < routes.size() && fits(value.readableBytes() + routeOctets(routes.get(written)))) {
            writeRoute(value, routes.get(written++), gateway);
        }
        byte[] octets = octets(value);
        put(standard ? CLASSLESS_ROUTES : MICROSOFT_CLASSLESS_ROUTES, octets);
        if (standard && microsoft && written == routes.size() && fits(octets.length)) {
            put(MICROSOFT_CLASSLESS_ROUTES, octets);
        }
        return routes.size() - written;
    }

    private boolean fits(int length) {
        int pieces = (length + MAX_PIECE - 1) / MAX_PIECE;
        return packet.writerIndex() + length + pieces * PIECE_HEADER <= end;
    }

    /** RFC 3396 §5: a value of more than 255 octets is split, its pieces following each other. None at all without a value. */
    private void put(int code, byte[] value) {
        for (int at = 0; at < value.length; at += MAX_PIECE) {
            int length = Math.min(MAX_PIECE, value.length - at);
            packet.writeByte(code).writeByte(length).writeBytes(value, at, length);
        }
    }

    /** RFC 3442: "a destination descriptor describing the IP subnet number and subnet mask of a particular destination". */
    static void writeRoute(ByteBuf out, IpPrefix route, int router) {
        int significant = (route.length() + 7) / 8;
        out.writeByte(route.length()).writeBytes(route.address().getAddress(), 0, significant);
        out.writeInt(router);
    }

    private static int routeOctets(IpPrefix route) {
        return 1 + (route.length() + 7) / 8 + 4;
    }

    private static byte[] octets(ByteBuf value) {
        byte[] octets = new byte[value.readableBytes()];
        value.readBytes(octets);
        return octets;
    }
}
