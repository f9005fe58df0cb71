package io.sallyport.core.network;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.packet.Checksum;
import io.sallyport.core.packet.Ipv4;
import io.sallyport.core.packet.Ipv6;
import io.sallyport.core.packet.PacketBuffers;
import java.net.InetAddress;

/** UDP from one address to another, whose packets differ in their sequence number alone: a template is copied. The source port is {@link MemoryNetwork#DISCARD_PORT}. */
public final class UdpPackets {
    private static final int UDP_HEADER = 8;
    private static final int UDP_CHECKSUM = 6;
    private static final int SEQUENCE_OCTETS = 8;
    private static final int HOPS = 64;

    private final ByteBuf template;
    private final int udp;
    private final long sumWithoutSequence;

    /** @param payloadLength at least 8 octets, for the sequence number */
    public UdpPackets(InetAddress source, InetAddress destination, int port, int payloadLength) {
        byte[] from = source.getAddress();
        byte[] to = destination.getAddress();
        if (from.length != to.length || payloadLength < SEQUENCE_OCTETS) {
            throw new IllegalArgumentException("addresses of one family, and a payload of at least 8 octets");
        }
        boolean ipv4 = from.length == 4;
        udp = ipv4 ? Ipv4.MIN_HEADER_OCTETS : Ipv6.HEADER_OCTETS;
        int length = UDP_HEADER + payloadLength;
        if (udp + length > PacketBuffers.MAX_PACKET) {
            throw new IllegalArgumentException("a packet of " + (udp + length) + " octets");
        }
        template = Unpooled.wrappedBuffer(new byte[udp + length]);
        if (ipv4) {
            ByteBuf addresses = Unpooled.wrappedBuffer(from, to);
            Ipv4.set(template, 0, udp + length, Ipv4.PROTOCOL_UDP, HOPS, addresses.getInt(0), addresses.getInt(4));
        } else {
            Ipv6.set(template, 0, length, Ipv6.NEXT_HEADER_UDP, HOPS);
            template.setBytes(8, from).setBytes(24, to);
        }
        template.setShort(udp, MemoryNetwork.DISCARD_PORT);
        template.setShort(udp + 2, port);
        template.setShort(udp + 4, length);
        sumWithoutSequence =
                Checksum.pseudoHeader(template, 0, Ipv4.PROTOCOL_UDP, length) + Checksum.sum(template, udp, length);
    }

    /** Octets of the IP packet. */
    public int length() {
        return template.readableBytes();
    }

    public ByteBuf packet(long sequence) {
        ByteBuf packet = PacketBuffers.take();
        int at = packet.readerIndex();
        packet.writeBytes(template, 0, template.readableBytes());
        packet.setLong(at + udp + UDP_HEADER, sequence);
        long sum = sumWithoutSequence + (sequence >>> 32) + (sequence & 0xffffffffL);
        packet.setShort(at + udp + UDP_CHECKSUM, Checksum.finishUdp(sum));
        return packet;
    }

    /** The packet as a network queue brings it. */
    ByteBuf frame(long sequence) {
        return MemoryQueue.withHeader(packet(sequence));
    }
}
