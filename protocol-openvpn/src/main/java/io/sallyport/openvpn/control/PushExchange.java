package io.sallyport.openvpn.control;

import io.sallyport.core.address.IpPrefix;
import io.sallyport.core.address.Lease;
import io.sallyport.openvpn.wire.DataCipher;
import io.sallyport.openvpn.wire.PeerInfo;
import io.sallyport.openvpn.wire.PushReply;
import io.sallyport.openvpn.wire.PushedOptions;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** What a client is told to be: its assignment and the terms, as options. */
final class PushExchange {
    private PushExchange() {}

    static PushReply reply(ServerTerms terms, Assignment assignment, PeerInfo peer, DataCipher cipher) {
        PushedOptions options = new PushedOptions(peer);
        addresses(assignment, options);
        routes(assignment, options);
        for (InetAddress server : assignment.dns()) {
            options.dns(server);
        }
        String domain = assignment.dnsDomain();
        if (domain != null) {
            options.domain(domain);
        }
        options.ping(terms.pingSeconds(), terms.pingRestartSeconds());
        if (terms.datagrams()) {
            options.option("explicit-exit-notify 1");
        }
        return options.tunMtu(terms.tunMtu())
                .dataChannel(cipher, assignment.peerId(), true, PushedOptions.format(peer))
                .reply();
    }

    private static void addresses(Assignment assignment, PushedOptions options) {
        Lease lease = assignment.lease();
        Inet4Address ipv4 = lease.ipv4();
        if (ipv4 != null) {
            options.ipv4(ipv4, lease.ipv4PrefixLength(), orElse(assignment.gateway4(), ipv4));
        }
        Inet6Address ipv6 = lease.ipv6();
        if (ipv6 != null) {
            options.ipv6(ipv6, lease.ipv6PrefixLength(), orElse(assignment.gateway6(), ipv6));
        }
    }

    private static void routes(Assignment assignment, PushedOptions options) {
        boolean all4 = false;
        boolean all6 = false;
        for (IpPrefix route : assignment.routes()) {
            if (route.length() > 0) {
                options.route(route.address(), route.length());
            } else {
                all4 |= route.isIpv4();
                all6 |= !route.isIpv4();
            }
        }
        if (all4 || all6) {
            options.redirectGateway(all4, all6);
        }
    }

    private static <T> T orElse(@Nullable T value, T other) {
        return value == null ? other : value;
    }
}
