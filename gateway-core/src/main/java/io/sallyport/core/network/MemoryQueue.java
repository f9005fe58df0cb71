package io.sallyport.core.network;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.packet.Checksum;
import io.sallyport.core.packet.IpPacket;
import io.sallyport.core.packet.Ipv4;
import io.sallyport.core.packet.Ipv6;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;

/** One worker's queue of a {@link MemoryNetwork}: answers are made of the packets themselves and wait for {@link #flush}. */
final class MemoryQueue implements NetworkQueue {
    private static final int CAPACITY = 4096;
    private static final int ICMP_HEADER = 8;
    private static final int UDP_HEADER = 8;
    private static final int ECHO_REQUEST = 8;
    private static final int ECHO_REPLY = 0;
    private static final int ECHO_REQUEST_6 = 128;
    private static final int ECHO_REPLY_6 = 129;

    private final MemoryNetwork network;
    private final Worker worker;
    private final NetworkReceiver receiver;
    private final UdpSink sink;
    private final ArrayDeque<ByteBuf> answers = new ArrayDeque<>();
    private final Runnable deliver = this::deliver;
    private boolean scheduled;

    MemoryQueue(MemoryNetwork network, Worker worker, NetworkReceiver receiver, UdpSink sink) {
        this.network = network;
        this.worker = worker;
        this.receiver = receiver;
        this.sink = sink;
    }

    boolean isClosed() {
        return network.isClosed();
    }

    @Override
    public void accept(ByteBuf packet) {
        if (isClosed()) {
            packet.release();
        } else if (!IpPacket.wellFormed(packet)) {
            drop(packet, Verdict.MALFORMED_IP);
        } else if (!answer(packet)) {
            packet.release();
        } else if (answers.size() < CAPACITY) {
            answers.add(withHeader(packet));
        } else {
            drop(packet, Verdict.NETWORK_FULL);
        }
    }

    @Override
    public void flush() {
        if (!answers.isEmpty() && !scheduled) {
            scheduled = true;
            worker.execute(deliver);
        }
    }

    /** From any thread. */
    void releaseAnswers() {
        try {
            worker.execute(deliver);
        } catch (RejectedExecutionException e) {
            // the worker has ended: nobody touches the answers any more
            deliver();
        }
    }

    private void deliver() {
        scheduled = false;
        // those that are there now: what they cause comes in a later task
        for (int batch = answers.size(); batch > 0; batch--) {
            emit(answers.remove());
        }
        emitted();
    }

    /** To the receiver at once; on the worker. */
    void emit(ByteBuf frame) {
        if (isClosed()) {
            frame.release();
        } else {
            receiver.accept(frame);
        }
    }

    void emitted() {
        if (!isClosed()) {
            receiver.flush();
        }
    }

    /** Puts an empty virtio_net_hdr before the packet. */
    static ByteBuf withHeader(ByteBuf packet) {
        packet.readerIndex(packet.readerIndex() - VirtioNetHeader.OCTETS);
        VirtioNetHeader.setNone(packet, packet.readerIndex());
        return packet;
    }

    private void drop(ByteBuf packet, Verdict verdict) {
        packet.release();
        worker.verdicts().count(verdict);
    }

    /** Whether the packet has been made its answer. */
    private boolean answer(ByteBuf packet) {
        int at = packet.readerIndex();
        boolean ipv4 = IpPacket.version(packet, at) == 4;
        if (ipv4 && Ipv4.isFragment(packet, at)) {
            return false;
        }
        int transport = at + (ipv4 ? Ipv4.headerLength(packet, at) : Ipv6.HEADER_OCTETS);
        int protocol = ipv4 ? Ipv4.protocol(packet, at) : Ipv6.nextHeader(packet, at);
        return switch (protocol) {
            case Ipv4.PROTOCOL_ICMP -> ipv4 && echo(packet, transport, ECHO_REQUEST, ECHO_REPLY);
            case Ipv6.NEXT_HEADER_ICMPV6 -> !ipv4 && echo(packet, transport, ECHO_REQUEST_6, ECHO_REPLY_6);
            case Ipv4.PROTOCOL_UDP -> udp(packet, transport, ipv4);
            default -> false;
        };
    }

    private boolean echo(ByteBuf packet, int icmp, int request, int reply) {
        int at = packet.readerIndex();
        int length = packet.writerIndex() - icmp;
        if (length < ICMP_HEADER || packet.getUnsignedShort(icmp) != request << 8) {
            return false;
        }
        long pseudo = reply == ECHO_REPLY_6 ? Checksum.pseudoHeader(packet, at, Ipv6.NEXT_HEADER_ICMPV6, length) : 0;
        if (!verify(pseudo + Checksum.sum(packet, icmp, length))) {
            return false;
        }
        packet.setByte(icmp, reply);
        packet.setShort(icmp + 2, Checksum.update(packet.getUnsignedShort(icmp + 2), request << 8, reply << 8));
        turnRound(packet, at);
        return true;
    }

    private boolean udp(ByteBuf packet, int udp, boolean ipv4) {
        int at = packet.readerIndex();
        int available = packet.writerIndex() - udp;
        int length = available < UDP_HEADER ? 0 : packet.getUnsignedShort(udp + 4);
        if (length < UDP_HEADER || length > available) {
            return false;
        }
        // RFC 768: no checksum is 0; RFC 8200 §8.1 does not allow it
        boolean none = ipv4 && packet.getUnsignedShort(udp + 6) == 0;
        if (!none
                && !verify(Checksum.pseudoHeader(packet, at, Ipv4.PROTOCOL_UDP, length)
                        + Checksum.sum(packet, udp, length))) {
            return false;
        }
        int port = packet.getUnsignedShort(udp + 2);
        if (port == MemoryNetwork.DISCARD_PORT) {
            sink.count(packet, at, udp + UDP_HEADER, length - UDP_HEADER);
        }
        if (port != MemoryNetwork.ECHO_PORT) {
            return false;
        }
        packet.setShort(udp + 2, packet.getUnsignedShort(udp));
        packet.setShort(udp, port);
        turnRound(packet, at);
        return true;
    }

    private boolean verify(long sum) {
        boolean right = Checksum.finish(sum) == 0;
        if (!right) {
            worker.verdicts().count(Verdict.MALFORMED_IP);
        }
        return right;
    }

    /** Exchanging the addresses changes no checksum. */
    private static void turnRound(ByteBuf packet, int at) {
        if (IpPacket.version(packet, at) == 4) {
            int requester = Ipv4.source(packet, at);
            int answerer = Ipv4.destination(packet, at);
            Ipv4.setAddresses(packet, at, answerer, requester);
        } else {
            long high = Ipv6.sourceHigh(packet, at);
            long low = Ipv6.sourceLow(packet, at);
            Ipv6.setSource(packet, at, Ipv6.destinationHigh(packet, at), Ipv6.destinationLow(packet, at));
            Ipv6.setDestination(packet, at, high, low);
        }
    }
}
