package io.sallyport.sstp.server;

import io.sallyport.core.ClientSettings;
import io.sallyport.core.address.Lease;
import io.sallyport.core.session.Session;
import io.sallyport.sstp.ppp.NetworkTerms;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a session's lease and the gateway's settings mean for IPCP and IPV6CP. */
final class Terms {
    /** RFC 7600 §4.8, "IPv4 dummy address": the other end of a link whose gateway has no IPv4 address. */
    private static final Inet4Address NO_GATEWAY = (Inet4Address) InetAddress.ofLiteral("192.0.0.8");

    private Terms() {}

    static NetworkTerms of(Session session, ClientSettings clients) {
        Lease lease = session.lease();
        Inet4Address gateway = clients.gatewayIpv4(lease);
        List<Inet4Address> dns = clients.dns(session.grant()).stream()
                .filter(Inet4Address.class::isInstance)
                .map(Inet4Address.class::cast)
                .toList();
        long own = interfaceId(lease.ipv6());
        return new NetworkTerms(
                lease.ipv4(),
                lease.ipv4() == null ? null : gateway == null ? NO_GATEWAY : gateway,
                dns,
                own,
                other(interfaceId(clients.gatewayIpv6(lease)), own));
    }

    /** The low half of the address. */
    private static long interfaceId(@Nullable Inet6Address address) {
        return address == null ? 0 : ByteBuffer.wrap(address.getAddress()).getLong(Long.BYTES);
    }

    /** Never 0, never the client's. */
    private static long other(long gateway, long own) {
        return gateway != 0 && gateway != own ? gateway : own == 1 ? 2 : 1;
    }
}
