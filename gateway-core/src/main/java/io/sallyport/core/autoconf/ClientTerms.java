package io.sallyport.core.autoconf;

import io.sallyport.core.address.IpPrefix;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one client is told at this moment.
 *
 * @param ipv4 leased to it
 * @param gatewayIpv4 the gateway's own address towards it; without one nothing is answered by IPv4
 * @param ipv6 leased to it
 * @param gatewayIpv6 without one nothing is answered by IPv6
 * @param dns name servers of both families
 * @param domain search domain
 * @param routes of both families, the most important first: what does not fit into an answer is left out at the end
 * @param takesDhcp6 whether the client has its IPv6 address from DHCPv6 and makes others, which are not its lease, of any prefix that it may prefer
 */
public record ClientTerms(
        @Nullable Inet4Address ipv4,
        @Nullable Inet4Address gatewayIpv4,
        @Nullable Inet6Address ipv6,
        @Nullable Inet6Address gatewayIpv6,
        List<InetAddress> dns,
        @Nullable String domain,
        List<IpPrefix> routes,
        boolean takesDhcp6) {
    private static final long UNIVERSAL_BIT = 0x0200_0000_0000_0000L;

    public ClientTerms {
        dns = List.copyOf(dns);
        routes = List.copyOf(routes);
    }

    public ClientTerms(
            @Nullable Inet4Address ipv4,
            @Nullable Inet4Address gatewayIpv4,
            @Nullable Inet6Address ipv6,
            @Nullable Inet6Address gatewayIpv6,
            List<InetAddress> dns,
            @Nullable String domain,
            List<IpPrefix> routes) {
        this(ipv4, gatewayIpv4, ipv6, gatewayIpv6, dns, domain, routes, false);
    }

    /** The same for a client that takes DHCPv6's address, or does not. */
    public ClientTerms withDhcp6(boolean takes) {
        return new ClientTerms(ipv4, gatewayIpv4, ipv6, gatewayIpv6, dns, domain, routes, takes);
    }

    boolean hasIpv4() {
        return ipv4 != null && gatewayIpv4 != null;
    }

    /** Whether the client has a link with the gateway on which it can be told anything by IPv6. */
    public boolean hasIpv6() {
        return ipv6 != null && gatewayIpv6 != null;
    }

    /** What IPV6CP must have given to the client, so that prefix and identifier together are its lease; 0 without one. */
    public long interfaceId() {
        return ipv6 == null ? 0 : low(ipv6);
    }

    /** The gateway's end of the link: the identifier of its address, but never the client's; 0 without one. */
    public long gatewayInterfaceId() {
        if (gatewayIpv6 == null) {
            return 0;
        }
        long id = low(gatewayIpv6);
        return id == interfaceId() ? id ^ UNIVERSAL_BIT : id;
    }

    List<Inet4Address> dns4() {
        return dns.stream()
                .filter(Inet4Address.class::isInstance)
                .map(Inet4Address.class::cast)
                .toList();
    }

    List<Inet6Address> dns6() {
        return dns.stream()
                .filter(Inet6Address.class::isInstance)
                .map(Inet6Address.class::cast)
                .toList();
    }

    List<IpPrefix> routes(boolean ipv4Ones) {
        return routes.stream().filter(route -> route.isIpv4() == ipv4Ones).toList();
    }

    static int number(Inet4Address address) {
        return ByteBuffer.wrap(address.getAddress()).getInt();
    }

    static long high(Inet6Address address) {
        return ByteBuffer.wrap(address.getAddress()).getLong(0);
    }

    static long low(Inet6Address address) {
        return ByteBuffer.wrap(address.getAddress()).getLong(8);
    }
}
