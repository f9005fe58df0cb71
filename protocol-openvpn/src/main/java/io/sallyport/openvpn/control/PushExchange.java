package io.sallyport.openvpn.control;

import io.sallyport.core.address.IpPrefix;
import io.sallyport.core.address.Lease;
import io.sallyport.openvpn.wire.DataCipher;
import io.sallyport.openvpn.wire.PeerInfo;
import io.sallyport.openvpn.wire.PushReply;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** What a client is told to be, in the options that it announced to understand. */
final class PushExchange {
    private final ServerTerms terms;
    private final Assignment assignment;
    private final PeerInfo peer;
    private final DataCipher cipher;
    private final List<String> options = new ArrayList<>();

    private PushExchange(ServerTerms terms, Assignment assignment, PeerInfo peer, DataCipher cipher) {
        this.terms = terms;
        this.assignment = assignment;
        this.peer = peer;
        this.cipher = cipher;
    }

    static PushReply reply(ServerTerms terms, Assignment assignment, PeerInfo peer, DataCipher cipher) {
        PushExchange exchange = new PushExchange(terms, assignment, peer, cipher);
        exchange.addresses();
        exchange.routes();
        exchange.names();
        exchange.liveness();
        exchange.dataChannel();
        return new PushReply(exchange.options);
    }

    private void addresses() {
        options.add("topology subnet");
        Lease lease = assignment.lease();
        Inet4Address ipv4 = lease.ipv4();
        if (ipv4 != null) {
            options.add("ifconfig " + ipv4.getHostAddress() + " " + netmask(lease.ipv4PrefixLength()));
            if (assignment.gateway4() != null) {
                options.add("route-gateway " + assignment.gateway4().getHostAddress());
            }
        }
        Inet6Address ipv6 = lease.ipv6();
        if (ipv6 != null) {
            Inet6Address gateway = assignment.gateway6() == null ? ipv6 : assignment.gateway6();
            options.add("tun-ipv6");
            options.add("ifconfig-ipv6 " + ipv6.getHostAddress() + "/" + lease.ipv6PrefixLength() + " "
                    + gateway.getHostAddress());
        }
    }

    private void routes() {
        List<String> redirect = new ArrayList<>();
        for (IpPrefix route : assignment.routes()) {
            if (route.length() == 0) {
                redirect.add(route.isIpv4() ? "def1" : "ipv6");
            } else if (route.isIpv4()) {
                options.add("route " + route.address().getHostAddress() + " " + netmask(route.length()));
            } else {
                options.add("route-ipv6 " + route);
            }
        }
        if (!redirect.isEmpty()) {
            boolean ipv6Only = !redirect.contains("def1");
            options.add("redirect-gateway " + (ipv6Only ? "!ipv4 " : "") + String.join(" ", redirect));
        }
    }

    private void names() {
        for (InetAddress server : assignment.dns()) {
            options.add("dhcp-option " + (server instanceof Inet4Address ? "DNS " : "DNS6 ") + server.getHostAddress());
        }
        if (assignment.dnsDomain() != null) {
            options.add("dhcp-option DOMAIN " + assignment.dnsDomain());
        }
    }

    private void liveness() {
        options.add("ping " + terms.pingSeconds());
        options.add("ping-restart " + terms.pingRestartSeconds());
        if (terms.datagrams()) {
            options.add("explicit-exit-notify 1");
        }
    }

    private void dataChannel() {
        options.add("tun-mtu " + terms.tunMtu());
        options.add("peer-id " + assignment.peerId());
        options.add("cipher " + cipher.wireName());
        // The flags of one option are known from the same release on; before it, key derivation was an option of its
        // own.
        if (peer.speaks(PeerInfo.PROTO_CC_EXIT_NOTIFY)) {
            options.add("protocol-flags cc-exit tls-ekm");
        } else {
            options.add("key-derivation tls-ekm");
        }
    }

    private static String netmask(int length) {
        int mask = length == 0 ? 0 : -1 << 32 - length;
        return (mask >>> 24) + "." + (mask >>> 16 & 0xff) + "." + (mask >>> 8 & 0xff) + "." + (mask & 0xff);
    }
}
