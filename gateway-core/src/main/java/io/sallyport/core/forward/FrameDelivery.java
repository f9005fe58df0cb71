package io.sallyport.core.forward;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.network.NetworkQueue;
import io.sallyport.core.network.VirtioNetHeader;
import io.sallyport.core.packet.Checksum;
import io.sallyport.core.packet.IpPacket;
import io.sallyport.core.packet.PacketBuffers;
import io.sallyport.core.session.Session;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;

/** From a frame to packets that a session of this worker is given. */
final class FrameDelivery {
    private static final int UDP_CHECKSUM_OFFSET = 6;

    private final Worker worker;
    private final int mtu;
    private final Segmenter segmenter;
    private final Oversize oversize;
    private final Segmenter.Pieces pieces = this::deliverPacket;

    FrameDelivery(Worker worker, int mtu, Segmenter segmenter) {
        this.worker = worker;
        this.mtu = mtu;
        this.segmenter = segmenter;
        this.oversize = new Oversize(worker);
    }

    /** The queue that is there once the network knows where to deliver; before any session. */
    void tellSendersBy(NetworkQueue network) {
        oversize.tellSendersBy(network);
    }

    /** Takes a frame for a session of this worker; the caller flushes the session. */
    void deliver(Session session, ByteBuf frame) {
        int at = frame.readerIndex();
        if (VirtioNetHeader.gsoType(frame, at) != VirtioNetHeader.GSO_NONE) {
            segmenter.cut(frame, session, pieces);
            return;
        }
        boolean partial = (VirtioNetHeader.flags(frame, at) & VirtioNetHeader.FLAG_NEEDS_CSUM) != 0;
        int start = frame.getUnsignedShortLE(at + VirtioNetHeader.OCTETS - 4);
        int offset = frame.getUnsignedShortLE(at + VirtioNetHeader.OCTETS - 2);
        frame.skipBytes(VirtioNetHeader.OCTETS);
        if (partial && !completeChecksum(frame, start, offset)) {
            drop(frame, Verdict.MALFORMED_IP);
            return;
        }
        deliverPacket(session, frame);
    }

    /** Takes one packet for a session of this worker; the caller flushes the session. */
    void deliverPacket(Session session, ByteBuf packet) {
        int most = Math.min(mtu, session.mtu());
        if (!IpPacket.wellFormed(packet)) {
            drop(packet, Verdict.MALFORMED_IP);
        } else if (packet.readableBytes() > most) {
            oversize.accept(session, packet, most, pieces);
        } else {
            ClientUplink.clampMss(packet, Math.min(mtu, session.tcpMtu()));
            session.deliver(withRoom(packet));
        }
    }

    /**
     * virtio 1.2 §5.1.6.2: the field at csum_start + csum_offset holds the sum over the pseudo-header; the checksum is over everything from csum_start on, that field
     * included.
     */
    private static boolean completeChecksum(ByteBuf packet, int start, int offset) {
        int length = packet.readableBytes();
        if (start + offset + 2 > length) {
            return false;
        }
        int at = packet.readerIndex() + start;
        long sum = Checksum.sum(packet, at, length - start);
        boolean udp = offset == UDP_CHECKSUM_OFFSET;
        packet.setShort(at + offset, udp ? Checksum.finishUdp(sum) : Checksum.finish(sum));
        return true;
    }

    /** The room that a link may count on; where it lacks, the packet moves to a buffer that has it. */
    static ByteBuf withRoom(ByteBuf packet) {
        boolean room =
                packet.readerIndex() >= PacketBuffers.HEADROOM && packet.writableBytes() >= PacketBuffers.TAILROOM;
        if (room) {
            return packet;
        }
        ByteBuf roomy = PacketBuffers.take();
        roomy.writeBytes(packet);
        packet.release();
        return roomy;
    }

    private void drop(ByteBuf packet, Verdict verdict) {
        packet.release();
        worker.verdicts().count(verdict);
    }
}
