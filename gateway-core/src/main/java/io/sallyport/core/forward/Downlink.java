package io.sallyport.core.forward;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.network.NetworkReceiver;
import io.sallyport.core.network.VirtioNetHeader;
import io.sallyport.core.packet.IpPacket;
import io.sallyport.core.packet.Ipv4;
import io.sallyport.core.packet.Ipv6;
import io.sallyport.core.session.Session;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import org.jspecify.annotations.Nullable;

/** One worker's way from the network to clients: one look-up a frame, then the session, here or on its own worker. */
final class Downlink implements NetworkReceiver {
    private final Worker worker;
    private final ForwardingTable table;
    private final FrameDelivery delivery;
    private final TouchedSessions touched = new TouchedSessions();

    Downlink(Worker worker, ForwardingTable table, FrameDelivery delivery) {
        this.worker = worker;
        this.table = table;
        this.delivery = delivery;
    }

    @Override
    public void accept(ByteBuf frame) {
        int packet = frame.readerIndex() + VirtioNetHeader.OCTETS;
        int octets = frame.writerIndex() - packet;
        if (octets < Ipv4.MIN_HEADER_OCTETS) {
            drop(frame, Verdict.MALFORMED_IP);
            return;
        }
        int version = IpPacket.version(frame, packet);
        if (version != 4 && (version != 6 || octets < Ipv6.HEADER_OCTETS)) {
            drop(frame, Verdict.MALFORMED_IP);
            return;
        }
        Session session = version == 4 ? find4(frame, packet) : find6(frame, packet);
        if (session == null) {
            drop(frame, Verdict.NO_ROUTE);
        } else {
            forward(session, frame);
        }
    }

    @Override
    public void flush() {
        touched.flush();
    }

    @SuppressWarnings("ReferenceEquality") // a worker is itself
    private void forward(Session session, ByteBuf frame) {
        if (session.worker() == worker) {
            delivery.deliver(session, frame);
            touched.add(session);
        } else {
            worker.handOver(session.worker(), session, frame, null);
        }
    }

    private @Nullable Session find4(ByteBuf frame, int packet) {
        return table.find(Ipv4.destination(frame, packet));
    }

    private @Nullable Session find6(ByteBuf frame, int packet) {
        return table.find(Ipv6.destinationHigh(frame, packet), Ipv6.destinationLow(frame, packet));
    }

    private void drop(ByteBuf frame, Verdict verdict) {
        frame.release();
        worker.verdicts().count(verdict);
    }
}
