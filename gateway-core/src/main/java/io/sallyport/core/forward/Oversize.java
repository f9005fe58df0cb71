package io.sallyport.core.forward;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.network.NetworkQueue;
import io.sallyport.core.packet.IpPacket;
import io.sallyport.core.packet.Ipv4;
import io.sallyport.core.packet.PacketBuffers;
import io.sallyport.core.session.Session;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a packet that is larger than its way to the client: it is cut where IPv4 lets a router do that, and else its sender is told what fits, so that path MTU discovery works. On one
 * worker.
 */
final class Oversize {
    private final Worker worker;
    private @Nullable NetworkQueue network;

    Oversize(Worker worker) {
        this.worker = worker;
    }

    void tellSendersBy(NetworkQueue queue) {
        network = queue;
    }

    /** Takes the packet, which is well-formed. */
    void accept(Session session, ByteBuf packet, int mtu, Segmenter.Pieces pieces) {
        try {
            if (mayBeCut(packet)) {
                cut(session, packet, mtu, pieces);
            } else {
                worker.verdicts().count(Verdict.TOO_BIG);
                tell(session, packet, mtu);
            }
        } finally {
            packet.release();
        }
    }

    /** Options, some of which belong into every fragment and some into one, are too rare to be worth it. */
    private static boolean mayBeCut(ByteBuf packet) {
        int at = packet.readerIndex();
        return IpPacket.version(packet, at) == 4
                && !Ipv4.dontFragment(packet, at)
                && Ipv4.headerLength(packet, at) == Ipv4.MIN_HEADER_OCTETS;
    }

    /** RFC 791 §3.2. */
    private static void cut(Session session, ByteBuf packet, int mtu, Segmenter.Pieces pieces) {
        int at = packet.readerIndex();
        int end = packet.writerIndex();
        int most = (mtu - Ipv4.MIN_HEADER_OCTETS) / Ipv4.FRAGMENT_UNIT * Ipv4.FRAGMENT_UNIT;
        for (int from = at + Ipv4.MIN_HEADER_OCTETS; from < end; from += most) {
            int octets = Math.min(most, end - from);
            ByteBuf piece = PacketBuffers.take()
                    .writeBytes(packet, at, Ipv4.MIN_HEADER_OCTETS)
                    .writeBytes(packet, from, octets);
            Ipv4.makeFragment(
                    piece, piece.readerIndex(), from - at - Ipv4.MIN_HEADER_OCTETS, octets, from + octets < end);
            pieces.accept(session, piece);
        }
    }

    private void tell(Session session, ByteBuf packet, int mtu) {
        NetworkQueue to = network;
        if (to == null || session.icmpErrors().areSpent(worker.nanoTime())) {
            return;
        }
        ByteBuf message = PacketTooBig.about(packet, mtu);
        if (message != null) {
            session.icmpErrors().count(worker.nanoTime());
            to.accept(message);
            to.flush();
        }
    }
}
