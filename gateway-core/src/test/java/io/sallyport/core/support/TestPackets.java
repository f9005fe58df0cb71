package io.sallyport.core.support;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.network.VirtioNetHeader;
import io.sallyport.core.packet.Ipv4;
import io.sallyport.core.packet.Ipv6;
import io.sallyport.core.packet.PacketBuffers;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** IP packets for tests: a header, then as many octets as wished, which count up. */
public final class TestPackets {
    private static final int TTL = 64;

    private TestPackets() {}

    public static ByteBuf packet(String source, String destination, int payloadOctets) {
        return packet(InetAddress.ofLiteral(source), InetAddress.ofLiteral(destination), payloadOctets);
    }

    public static ByteBuf packet(InetAddress source, InetAddress destination, int payloadOctets) {
        ByteBuf packet = PacketBuffers.take();
        int at = packet.readerIndex();
        byte[] from = source.getAddress();
        byte[] to = destination.getAddress();
        if (from.length == 4) {
            packet.writeZero(Ipv4.MIN_HEADER_OCTETS);
            Ipv4.set(
                    packet,
                    at,
                    Ipv4.MIN_HEADER_OCTETS + payloadOctets,
                    Ipv4.PROTOCOL_UDP,
                    TTL,
                    ByteBuffer.wrap(from).getInt(),
                    ByteBuffer.wrap(to).getInt());
        } else {
            packet.writeZero(Ipv6.HEADER_OCTETS);
            Ipv6.set(packet, at, payloadOctets, Ipv6.NEXT_HEADER_UDP, TTL);
            Ipv6.setSource(
                    packet,
                    at,
                    ByteBuffer.wrap(from).getLong(),
                    ByteBuffer.wrap(from).getLong(8));
            Ipv6.setDestination(
                    packet,
                    at,
                    ByteBuffer.wrap(to).getLong(),
                    ByteBuffer.wrap(to).getLong(8));
        }
        for (int i = 0; i < payloadOctets; i++) {
            packet.writeByte(i);
        }
        return packet;
    }

    /** As the network sends it: a header that asks for nothing, then the packet. */
    public static ByteBuf frame(String source, String destination, int payloadOctets) {
        return framed(packet(source, destination, payloadOctets));
    }

    public static ByteBuf framed(ByteBuf packet) {
        int header = packet.readerIndex() - VirtioNetHeader.OCTETS;
        VirtioNetHeader.setNone(packet, header);
        return packet.readerIndex(header);
    }
}
