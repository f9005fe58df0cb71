package io.sallyport.sstp.server;

import io.sallyport.core.autoconf.ClientTerms;
import io.sallyport.sstp.ppp.NetworkTerms;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;

/** What a client is told, as far as IPCP and IPV6CP can say it. */
final class Terms {
    /** RFC 7600 §4.8, "IPv4 dummy address": the other end of a link whose gateway has no IPv4 address. */
    private static final Inet4Address NO_GATEWAY = (Inet4Address) InetAddress.ofLiteral("192.0.0.8");

    private Terms() {}

    static NetworkTerms of(ClientTerms terms) {
        Inet4Address gateway = terms.gatewayIpv4();
        List<Inet4Address> dns = terms.dns().stream()
                .filter(Inet4Address.class::isInstance)
                .map(Inet4Address.class::cast)
                .toList();
        return new NetworkTerms(
                terms.ipv4(),
                terms.ipv4() == null ? null : gateway == null ? NO_GATEWAY : gateway,
                dns,
                terms.hasIpv6() ? terms.interfaceId() : 0,
                terms.gatewayInterfaceId());
    }
}
