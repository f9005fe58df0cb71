package io.sallyport.core;

import io.sallyport.core.address.GatewayAddress;
import io.sallyport.core.address.IpPrefix;
import io.sallyport.core.address.Lease;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.autoconf.ClientTerms;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What clients are told, unless their grant says otherwise.
 *
 * @param dns name servers
 * @param dnsDomain search domain
 * @param routes what clients reach through the gateway
 * @param gateways the gateway's own inner addresses with their pools' prefix lengths: {@code AddressPools.gatewayAddresses()}
 */
public record ClientSettings(
        List<InetAddress> dns, @Nullable String dnsDomain, List<IpPrefix> routes, List<GatewayAddress> gateways) {
    public ClientSettings {
        dns = List.copyOf(dns);
        routes = List.copyOf(routes);
        gateways = List.copyOf(gateways);
    }

    public List<InetAddress> dns(Grant grant) {
        List<InetAddress> granted = grant.dns();
        return granted == null ? dns : granted;
    }

    public List<IpPrefix> routes(Grant grant) {
        List<IpPrefix> granted = grant.routes();
        return granted == null ? routes : granted;
    }

    /** The gateway's address in the pool of this lease, else its first one; null when the lease has no IPv4 address or no pool is IPv4. */
    public @Nullable Inet4Address gatewayIpv4(Lease lease) {
        return lease.ipv4() != null && gatewayFor(lease.ipv4()) instanceof Inet4Address gateway ? gateway : null;
    }

    public @Nullable Inet6Address gatewayIpv6(Lease lease) {
        return lease.ipv6() != null && gatewayFor(lease.ipv6()) instanceof Inet6Address gateway ? gateway : null;
    }

    /** What a client with this grant and lease is told in its tunnel. */
    public ClientTerms terms(Grant grant, Lease lease) {
        return new ClientTerms(
                lease.ipv4(),
                gatewayIpv4(lease),
                lease.ipv6(),
                gatewayIpv6(lease),
                dns(grant),
                dnsDomain,
                routes(grant));
    }

    private @Nullable InetAddress gatewayFor(InetAddress leased) {
        boolean ipv4 = leased instanceof Inet4Address;
        InetAddress first = null;
        for (GatewayAddress gateway : gateways) {
            if (gateway.prefix().contains(leased)) {
                return gateway.address();
            }
            if (first == null && gateway.isIpv4() == ipv4) {
                first = gateway.address();
            }
        }
        return first;
    }
}
