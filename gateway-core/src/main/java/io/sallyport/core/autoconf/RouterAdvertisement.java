package io.sallyport.core.autoconf;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.address.IpPrefix;
import java.net.Inet6Address;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Router Advertisement, RFC 4861 §4.2, for a link with one client.
 *
 * <p>The prefix is the lease's /64, for autonomous configuration: with the interface identifier that IPV6CP gave it the client forms exactly its lease. A client that makes temporary
 * addresses, and would send from them what is nobody's lease, hears a preferred lifetime of zero: nothing temporary is made of such a prefix (RFC 8981 §3.4), and DHCPv6's address is
 * the one preferred. To all others that would make it the last choice among the addresses of all their interfaces (RFC 6724 §5, rule 3), so they hear a preferred one.
 *
 * <p>The gateway is a default router for those alone who have a route to {@code ::/0}; others learn their routes as route information (RFC 4191), the gateway's own address among them.
 */
public final class RouterAdvertisement {
    /** One that nobody asked for goes out this often, within every lifetime: RFC 4861 §6.2.1, MaxRtrAdvInterval's default. */
    public static final int INTERVAL_SECONDS = 600;

    /** RFC 4861 §6.2.1, AdvDefaultLifetime: "3 * MaxRtrAdvInterval". */
    static final int LIFETIME_SECONDS = 3 * INTERVAL_SECONDS;
    /** RFC 4862 §5.5.3 e): a host believes nobody who shortens a lifetime below two hours. */
    static final int VALID_SECONDS = 7200;

    static final int TYPE = 134;
    static final int PREFIX_INFORMATION = 3;
    static final int ROUTE_INFORMATION = 24;
    static final int DNS_SERVERS = 25;
    static final int DNS_SEARCH_LIST = 31;

    private static final int CURRENT_HOP_LIMIT = 64;
    private static final int MANAGED = 0x80;
    private static final int OTHER_CONFIGURATION = 0x40;
    private static final int AUTONOMOUS = 0x40;
    private static final int PREFIX_LENGTH = 64;
    private static final int OPTION_UNIT = 8;
    /** RFC 8200 §5: every link takes this much. */
    private static final int MIN_MTU = 1280;

    private final ByteBuf packet = OwnPackets.beginIcmp6();
    private final int end;

    private RouterAdvertisement(int limit) {
        this.end = packet.readerIndex() + limit;
    }

    /**
     * To all nodes of the link, as an IP packet of at most 1280 octets with the room around it that links want.
     *
     * @param terms with IPv6: see {@link ClientTerms#hasIpv6}
     * @param mtu the smaller one of the network's and the link's
     */
    public static ByteBuf unsolicited(ClientTerms terms, int mtu) {
        return encode(terms, Link.ALL_NODES, mtu).packet();
    }

    static Reply encode(ClientTerms terms, Link.Address destination, int mtu) {
        RouterAdvertisement advertisement = new RouterAdvertisement(Math.min(mtu, MIN_MTU));
        List<IpPrefix> routes = terms.routes(false);
        boolean isDefault = routes.stream().anyMatch(route -> route.length() == 0);
        advertisement.writeFixed(isDefault ? LIFETIME_SECONDS : 0);
        advertisement.putPrefix(terms.ipv6(), terms.takesDhcp6() ? 0 : VALID_SECONDS);
        advertisement.putDns(terms.dns6());
        advertisement.putDomain(DomainName.text(terms.domain()));
        int omitted = advertisement.putRoutes(routes, terms.gatewayIpv6());
        Link.Address gateway = Link.local(terms.gatewayInterfaceId());
        return new Reply(OwnPackets.finishIcmp6(advertisement.packet, gateway, destination), omitted);
    }

    private void writeFixed(int routerLifetime) {
        packet.writeByte(TYPE).writeByte(0).writeShort(0);
        packet.writeByte(CURRENT_HOP_LIMIT).writeByte(MANAGED | OTHER_CONFIGURATION);
        // reachable time and retransmission timer unspecified
        packet.writeShort(routerLifetime).writeLong(0);
    }

    /** RFC 4861 §4.6.2; not on-link: nothing but the gateway is. */
    private void putPrefix(@Nullable Inet6Address lease, int preferredSeconds) {
        if (lease == null) {
            return;
        }
        packet.writeByte(PREFIX_INFORMATION).writeByte(4).writeByte(PREFIX_LENGTH);
        packet.writeByte(AUTONOMOUS).writeInt(VALID_SECONDS).writeInt(preferredSeconds);
        packet.writeInt(0).writeLong(ClientTerms.high(lease)).writeLong(0);
    }

    /** RFC 8106 §5.1. */
    private void putDns(List<Inet6Address> servers) {
        int most = Math.min(servers.size(), (end - packet.writerIndex() - OPTION_UNIT) / 16);
        if (most <= 0) {
            return;
        }
        packet.writeByte(DNS_SERVERS).writeByte(1 + 2 * most).writeShort(0).writeInt(LIFETIME_SECONDS);
        servers.subList(0, most).forEach(server -> packet.writeBytes(server.getAddress()));
    }

    /** RFC 8106 §5.2: "the size of this field MUST be a multiple of 8 octets", filled with zeros. */
    private void putDomain(byte @Nullable [] domain) {
        if (domain == null) {
            return;
        }
        int units = 1 + (DomainName.labelOctets(domain) + OPTION_UNIT - 1) / OPTION_UNIT;
        if (!fits(units)) {
            return;
        }
        int start = packet.writerIndex();
        packet.writeByte(DNS_SEARCH_LIST).writeByte(units).writeShort(0).writeInt(LIFETIME_SECONDS);
        DomainName.writeLabels(packet, domain);
        packet.writeZero(start + units * OPTION_UNIT - packet.writerIndex());
    }

    /** Returns how many were left out. */
    private int putRoutes(List<IpPrefix> routes, @Nullable Inet6Address gateway) {
        List<IpPrefix> all = new ArrayList<>(routes);
        all.removeIf(route -> route.length() == 0);
        if (gateway != null && routes.stream().noneMatch(route -> route.contains(gateway))) {
            all.addFirst(IpPrefix.host(gateway));
        }
        for (int i = 0; i < all.size(); i++) {
            if (!putRoute(all.get(i))) {
                return all.size() - i;
            }
        }
        return 0;
    }

    /** RFC 4191 §2.3: the length "is 3, 2, or 1 depending on the prefix length"; medium preference. */
    private boolean putRoute(IpPrefix route) {
        int units = 1 + (route.length() + 63) / 64;
        if (!fits(units)) {
            return false;
        }
        packet.writeByte(ROUTE_INFORMATION).writeByte(units).writeByte(route.length());
        packet.writeByte(0).writeInt(LIFETIME_SECONDS);
        packet.writeBytes(route.address().getAddress(), 0, (units - 1) * OPTION_UNIT);
        return true;
    }

    private boolean fits(int units) {
        return units <= 255 && packet.writerIndex() + units * OPTION_UNIT <= end;
    }
}
