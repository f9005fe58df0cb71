package io.sallyport.core.forward;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.autoconf.Autoconf;
import io.sallyport.core.network.NetworkQueue;
import io.sallyport.core.network.VirtioNetHeader;
import io.sallyport.core.packet.IpPacket;
import io.sallyport.core.packet.Ipv4;
import io.sallyport.core.packet.Ipv6;
import io.sallyport.core.packet.MssClamp;
import io.sallyport.core.packet.PacketBuffers;
import io.sallyport.core.session.Session;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The checks that a client's packet passes, in this order: it is an IP packet of a size that is carried at all; its
 * source is an address that leads back to its session (lease or framed route, so one table says both ways); its
 * destination is somewhere a packet may go; it tells nobody where to send; and it is not for another client, unless they
 * may talk.
 */
final class ClientUplink implements Uplink {
    private static final int IPV4_TCP_HEADERS = 40;
    private static final int IPV6_TCP_HEADERS = 60;

    private final Worker worker;
    private final ForwardingTable table;
    private final InnerAddresses inner;
    private final Supplier<ForwardingSettings> settings;
    private final NetworkQueue network;
    private final FrameDelivery delivery;
    private final Autoconf autoconf;
    private final int mtu;
    private final TouchedSessions touched = new TouchedSessions();
    /** The other client that the packet being judged is for. */
    private @Nullable Session client;

    ClientUplink(
            Worker worker,
            ForwardingTable table,
            InnerAddresses inner,
            Supplier<ForwardingSettings> settings,
            NetworkQueue network,
            FrameDelivery delivery,
            Autoconf autoconf,
            int mtu) {
        this.worker = worker;
        this.table = table;
        this.inner = inner;
        this.settings = settings;
        this.network = network;
        this.delivery = delivery;
        this.autoconf = autoconf;
        this.mtu = mtu;
    }

    @Override
    public void accept(Session session, ByteBuf packet) {
        Verdict drop = judge(session, packet);
        if (drop != null) {
            drop(session, packet, drop);
            return;
        }
        session.traffic().countUp(packet.readableBytes());
        clampMss(packet, Math.min(mtu, session.tcpMtu()));
        Session to = client;
        if (to != null) {
            toClient(to, packet);
        } else {
            network.accept(packet);
        }
    }

    @Override
    public void flush() {
        network.flush();
        touched.flush();
    }

    /** So that TCP sends no packet above this size. */
    static void clampMss(ByteBuf packet, int tcpMtu) {
        MssClamp.clamp(packet, tcpMtu - IPV4_TCP_HEADERS, tcpMtu - IPV6_TCP_HEADERS);
    }

    /** Some of what passes no check is a question to the gateway. */
    private void drop(Session session, ByteBuf packet, Verdict drop) {
        boolean mayAsk = drop == Verdict.MULTICAST || drop == Verdict.MARTIAN || drop == Verdict.NO_ROUTE;
        Verdict verdict = mayAsk ? autoconf.answer(session, packet, drop) : drop;
        packet.release();
        if (verdict == null) {
            touched.add(session);
        } else {
            worker.verdicts().count(verdict);
        }
    }

    /** Null when the packet may pass. */
    private @Nullable Verdict judge(Session session, ByteBuf packet) {
        client = null;
        if (session.state() != Session.State.UP) {
            return session.state() == Session.State.CLOSED ? Verdict.SESSION_CLOSED : Verdict.SESSION_NOT_UP;
        }
        if (!IpPacket.wellFormed(packet)) {
            return Verdict.MALFORMED_IP;
        }
        // Not the network's MTU: a device takes more, and what lies behind it has a size of its own.
        if (packet.readableBytes() > PacketBuffers.MAX_PACKET) {
            return Verdict.TOO_BIG;
        }
        return IpPacket.version(packet, packet.readerIndex()) == 4 ? judge4(session, packet) : judge6(session, packet);
    }

    @SuppressWarnings("ReferenceEquality") // a session is itself
    private @Nullable Verdict judge4(Session session, ByteBuf packet) {
        int source = Ipv4.source(packet, packet.readerIndex());
        int destination = Ipv4.destination(packet, packet.readerIndex());
        if (table.find(source) != session
                || inner.isGateway(source)
                || Martians.isMartian(source)
                || Martians.isMulticastOrBroadcast(source)) {
            return Verdict.SPOOFED_SOURCE;
        }
        if (Martians.isMartian(destination)) {
            return Verdict.MARTIAN;
        }
        if (Martians.isMulticastOrBroadcast(destination) || inner.isPoolBroadcast(destination)) {
            return Verdict.MULTICAST;
        }
        if (Redirects.is4(packet, packet.readerIndex())) {
            return Verdict.REDIRECT;
        }
        if (inner.isGateway(destination)) {
            return Autoconf.isDhcp(packet) ? Verdict.NO_ROUTE : null;
        }
        return judgeClient(session, table.find(destination), inner.isPooled(destination));
    }

    @SuppressWarnings("ReferenceEquality")
    private @Nullable Verdict judge6(Session session, ByteBuf packet) {
        int at = packet.readerIndex();
        long sourceHigh = Ipv6.sourceHigh(packet, at);
        long sourceLow = Ipv6.sourceLow(packet, at);
        long high = Ipv6.destinationHigh(packet, at);
        long low = Ipv6.destinationLow(packet, at);
        if (Martians.isLinkLocal(sourceHigh) || Martians.isUnspecified(sourceHigh, sourceLow)) {
            // Neighbour and router discovery on a point-to-point link, and DHCPv6: Autoconf answers what it can.
            return Martians.isMulticast(high) ? Verdict.MULTICAST : Verdict.MARTIAN;
        }
        if (table.find(sourceHigh, sourceLow) != session
                || inner.isGateway(sourceHigh, sourceLow)
                || Martians.isMartian(sourceHigh, sourceLow)
                || Martians.isMulticast(sourceHigh)) {
            return Verdict.SPOOFED_SOURCE;
        }
        if (Martians.isMartian(high, low)) {
            return Verdict.MARTIAN;
        }
        if (Martians.isMulticast(high)) {
            return Verdict.MULTICAST;
        }
        if (Redirects.is6(packet, at)) {
            return Verdict.REDIRECT;
        }
        if (inner.isGateway(high, low)) {
            return null;
        }
        return judgeClient(session, table.find(high, low), inner.isPooled(high, low));
    }

    /** What leads back to its sender, or to nobody, would only come round again. */
    @SuppressWarnings("ReferenceEquality")
    private @Nullable Verdict judgeClient(Session from, @Nullable Session to, boolean pooled) {
        if (to == null) {
            return pooled ? Verdict.NO_ROUTE : null;
        }
        if (to == from) {
            return Verdict.NO_ROUTE;
        }
        client = to;
        return settings.get().clientIsolation() ? Verdict.CLIENT_ISOLATION : null;
    }

    /** To another worker it goes as a frame that asks for nothing, because that is what comes over there. */
    @SuppressWarnings("ReferenceEquality")
    private void toClient(Session to, ByteBuf packet) {
        ByteBuf roomy = FrameDelivery.withRoom(packet);
        if (to.worker() == worker) {
            delivery.deliverPacket(to, roomy);
            touched.add(to);
            return;
        }
        int header = roomy.readerIndex() - VirtioNetHeader.OCTETS;
        VirtioNetHeader.setNone(roomy, header);
        worker.handOver(to.worker(), to, roomy.readerIndex(header), null);
    }
}
