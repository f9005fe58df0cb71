package io.sallyport.core.network;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.packet.IpPacket;
import io.sallyport.core.packet.Ipv4;
import io.sallyport.core.packet.Ipv6;
import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Counts UDP by source address. A source's packets come from one worker at a time. */
final class UdpSink {
    private static final int SEQUENCE_OCTETS = 8;

    /** An IPv4 address is the low 32 bits, with {@code high} 0. */
    private record Source(long high, long low) {
        static Source of(InetAddress address) {
            ByteBuf octets = io.netty.buffer.Unpooled.wrappedBuffer(address.getAddress());
            return octets.readableBytes() == 4
                    ? new Source(0, octets.getUnsignedInt(0))
                    : new Source(octets.getLong(0), octets.getLong(8));
        }

        static Source of(ByteBuf packet, int at) {
            return IpPacket.version(packet, at) == 4
                    ? new Source(0, Ipv4.source(packet, at) & 0xffffffffL)
                    : new Source(Ipv6.sourceHigh(packet, at), Ipv6.sourceLow(packet, at));
        }
    }

    private static final class Counters {
        final LongAdder packets = new LongAdder();
        final LongAdder octets = new LongAdder();
        final LongAdder reordered = new LongAdder();
        final AtomicLong highest = new AtomicLong(-1);

        void count(long sequence, int payload) {
            if (sequence > highest.get()) {
                highest.set(sequence);
            } else {
                reordered.increment();
            }
            octets.add(payload);
            packets.increment();
        }

        Delivered read() {
            return new Delivered(packets.sum(), octets.sum(), reordered.sum(), highest.get());
        }
    }

    private final ConcurrentHashMap<Source, Counters> sources = new ConcurrentHashMap<>();

    /**
     * @param at the packet
     * @param payload the index of the UDP payload, of {@code length} octets
     */
    void count(ByteBuf packet, int at, int payload, int length) {
        long sequence = length < SEQUENCE_OCTETS ? 0 : packet.getLong(payload);
        sources.computeIfAbsent(Source.of(packet, at), source -> new Counters()).count(sequence, length);
    }

    Delivered delivered(InetAddress source) {
        Counters counters = sources.get(Source.of(source));
        return counters == null ? new Delivered(0, 0, 0, -1) : counters.read();
    }

    /** The highest sequence number is the sum of all sources', so that {@link Delivered#lost} is too. */
    Delivered total() {
        long packets = 0;
        long octets = 0;
        long reordered = 0;
        long sent = 0;
        for (Counters counters : sources.values()) {
            Delivered one = counters.read();
            packets += one.packets();
            octets += one.octets();
            reordered += one.reordered();
            sent += one.highestSequence() + 1;
        }
        return new Delivered(packets, octets, reordered, sent - 1);
    }
}
