package io.sallyport.openvpn.control;

import io.sallyport.core.address.IpPrefix;
import io.sallyport.core.address.Lease;
import io.sallyport.openvpn.wire.ControlMessage.PushReplyPart;
import io.sallyport.openvpn.wire.ControlMessage.PushUpdatePart;
import io.sallyport.openvpn.wire.PeerInfo;
import io.sallyport.openvpn.wire.PushReply;
import io.sallyport.openvpn.wire.PushUpdate;
import io.sallyport.openvpn.wire.PushedOptions;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client is told to be: its assignment and the terms, as options; and later what changed of them. */
final class PushExchange {
    private final ServerTerms terms;
    private boolean requested;
    private PeerInfo peer = PeerInfo.NONE;
    private PushReply reply = new PushReply(List.of());
    private List<String> told = List.of();

    PushExchange(ServerTerms terms) {
        this.terms = terms;
    }

    /** The client has asked. */
    void requested() {
        requested = true;
    }

    /** Whether the client waits for the reply, because it has asked or needs not ask. */
    boolean awaited(ClientOffer offer) {
        return requested || offer.peer().speaks(PeerInfo.PROTO_REQUEST_PUSH);
    }

    void prepare(Assignment assignment, ClientOffer offer) {
        peer = offer.peer();
        told = changing(assignment);
        reply = reply(assignment, offer);
    }

    List<PushReplyPart> reply() {
        return reply.parts();
    }

    /** For a client that asks although it was told. */
    List<PushReplyPart> again() {
        return reply.options().isEmpty() ? List.of() : reply.parts();
    }

    /** What is to be told to a client that is up: nothing when nothing changed, or when it does not understand. */
    List<PushUpdatePart> update(Assignment now) {
        List<String> next = changing(now);
        if (next.equals(told) || !peer.speaks(PeerInfo.PROTO_PUSH_UPDATE)) {
            return List.of();
        }
        List<PushUpdatePart> parts = PushUpdate.between(told, next).parts();
        told = next;
        return parts;
    }

    /** What may change while a client is connected. */
    private List<String> changing(Assignment assignment) {
        PushedOptions options = new PushedOptions(peer);
        whatMayChange(assignment, options);
        return options.reply().options();
    }

    private static void whatMayChange(Assignment assignment, PushedOptions options) {
        routes(assignment, options);
        for (InetAddress server : assignment.dns()) {
            options.dns(server);
        }
        String domain = assignment.dnsDomain();
        if (domain != null) {
            options.domain(domain);
        }
    }

    private PushReply reply(Assignment assignment, ClientOffer offer) {
        PushedOptions options = new PushedOptions(peer);
        addresses(assignment, options);
        whatMayChange(assignment, options);
        options.ping(terms.pingSeconds(), terms.pingRestartSeconds());
        if (terms.datagrams()) {
            options.option("explicit-exit-notify 1");
        }
        options.tunMtu(terms.tunMtu());
        String token = assignment.authToken();
        if (token != null) {
            options.authToken(token);
        }
        return options.dataChannel(offer.cipher(), assignment.peerId(), offer.exportsKeys(), offer.format())
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
