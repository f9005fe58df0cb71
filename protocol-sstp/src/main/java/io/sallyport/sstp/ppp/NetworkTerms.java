package io.sallyport.sstp.ppp;

import java.net.Inet4Address;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the network control protocols give to a client.
 *
 * @param ipv4 the client's address, null when it has none: IPCP is then refused
 * @param gatewayIpv4 the gateway's, null when the client has none
 * @param dns IPv4 name servers, the first two of which IPCP can carry
 * @param interfaceId the client's IPv6 interface identifier, 0 when it has no IPv6 address: IPV6CP is then refused
 * @param gatewayInterfaceId the gateway's, never the client's
 */
public record NetworkTerms(
        @Nullable Inet4Address ipv4,
        @Nullable Inet4Address gatewayIpv4,
        List<Inet4Address> dns,
        long interfaceId,
        long gatewayInterfaceId) {
    public NetworkTerms {
        dns = List.copyOf(dns);
        if ((ipv4 == null) != (gatewayIpv4 == null)) {
            throw new IllegalArgumentException("both ends need an IPv4 address, or none");
        }
    }
}
