package io.sallyport.core.packet;

import io.netty.buffer.ByteBuf;

/**
 * Lowers the maximum segment size that a TCP SYN announces, so that segments fit the tunnel without fragments or path MTU discovery. Works on a packet that
 * {@link IpPacket#wellFormed} accepted; whatever its options claim, nothing outside of it is read or written.
 */
public final class MssClamp {
    private static final int TCP_HEADER = 20;
    private static final int DATA_OFFSET = 12;
    private static final int FLAGS = 13;
    private static final int CHECKSUM = 16;
    private static final int SYN = 0x02;

    private static final int OPTION_END = 0;
    private static final int OPTION_NOP = 1;
    private static final int OPTION_MSS = 2;
    private static final int MSS_OPTION_LENGTH = 4;

    private static final int IPV6_HOP_BY_HOP = 0;
    private static final int IPV6_ROUTING = 43;
    private static final int IPV6_DESTINATION_OPTIONS = 60;
    /** Extension headers looked behind; a SYN has no reason for more. */
    private static final int MAX_EXTENSION_HEADERS = 4;

    private MssClamp() {}

    /**
     * Lowers the MSS option of a SYN to at most the given value. The checksum is corrected by the difference (RFC 1624), so a segment that was damaged stays detectably
     * damaged and a partial checksum (VIRTIO_NET_HDR_F_NEEDS_CSUM, which covers the pseudo-header alone) must not be passed here.
     *
     * @param packet readable is one IP packet; anything that is not a SYN is left alone
     * @param ipv4Mss the most for IPv4: the tunnel's MTU less 40
     * @param ipv6Mss the most for IPv6: the tunnel's MTU less 60
     * @return whether the packet was changed
     */
    public static boolean clamp(ByteBuf packet, int ipv4Mss, int ipv6Mss) {
        return clamp(packet, ipv4Mss, ipv6Mss, true);
    }

    /**
     * As {@link #clamp(ByteBuf, int, int)} for a packet whose checksum covers the pseudo-header alone and will be completed by who sends it: the checksum field does not
     * depend on the options, and stays.
     */
    public static boolean clampPartial(ByteBuf packet, int ipv4Mss, int ipv6Mss) {
        return clamp(packet, ipv4Mss, ipv6Mss, false);
    }

    private static boolean clamp(ByteBuf packet, int ipv4Mss, int ipv6Mss, boolean fixChecksum) {
        int at = packet.readerIndex();
        int end = packet.writerIndex();
        if (end - at < Ipv4.MIN_HEADER_OCTETS) {
            return false;
        }
        boolean ipv4 = IpPacket.version(packet, at) == 4;
        int tcp = ipv4 ? ipv4Tcp(packet, at) : ipv6Tcp(packet, at, end);
        if (tcp < 0 || tcp + TCP_HEADER > end || (packet.getByte(tcp + FLAGS) & SYN) == 0) {
            return false;
        }
        int optionsEnd = Math.min(end, tcp + (packet.getUnsignedByte(tcp + DATA_OFFSET) >>> 4) * 4);
        int option = mssOption(packet, tcp + TCP_HEADER, optionsEnd);
        return option >= 0 && lower(packet, tcp, option + 2, ipv4 ? ipv4Mss : ipv6Mss, fixChecksum);
    }

    private static boolean lower(ByteBuf packet, int tcp, int field, int mss, boolean fixChecksum) {
        int before = packet.getUnsignedShort(field);
        if (before <= mss) {
            return false;
        }
        packet.setShort(field, mss);
        if (fixChecksum) {
            int checksum = packet.getUnsignedShort(tcp + CHECKSUM);
            packet.setShort(tcp + CHECKSUM, update(checksum, before, mss, (field - tcp) % 2 != 0));
        }
        return true;
    }

    /** A field at an odd offset lies in the checksum's words with its octets exchanged (RFC 1071 §2, byte order independence). */
    private static int update(int checksum, int before, int after, boolean odd) {
        return odd ? Checksum.update(checksum, swap(before), swap(after)) : Checksum.update(checksum, before, after);
    }

    private static int swap(int word) {
        return (word & 0xff) << 8 | word >>> 8;
    }

    /** The index of a whole MSS option (RFC 9293 §3.2), or -1. */
    private static int mssOption(ByteBuf packet, int from, int end) {
        int at = from;
        while (at < end) {
            int kind = packet.getByte(at);
            if (kind == OPTION_END) {
                return -1;
            }
            if (kind == OPTION_NOP) {
                at++;
                continue;
            }
            int length = at + 1 < end ? packet.getUnsignedByte(at + 1) : 0;
            if (length < 2 || at + length > end) {
                return -1;
            }
            if (kind == OPTION_MSS) {
                return length == MSS_OPTION_LENGTH ? at : -1;
            }
            at += length;
        }
        return -1;
    }

    private static int ipv4Tcp(ByteBuf packet, int at) {
        boolean tcp = Ipv4.protocol(packet, at) == Ipv4.PROTOCOL_TCP && !Ipv4.isLaterFragment(packet, at);
        return tcp ? at + Ipv4.headerLength(packet, at) : -1;
    }

    /** Fragment and authentication headers end the search: a SYN in either is none of ours to change. */
    private static int ipv6Tcp(ByteBuf packet, int at, int end) {
        if (end - at < Ipv6.HEADER_OCTETS) {
            return -1;
        }
        int next = Ipv6.nextHeader(packet, at);
        int header = at + Ipv6.HEADER_OCTETS;
        for (int seen = 0; seen <= MAX_EXTENSION_HEADERS; seen++) {
            if (next == Ipv6.NEXT_HEADER_TCP) {
                return header;
            }
            boolean skippable = next == IPV6_HOP_BY_HOP || next == IPV6_ROUTING || next == IPV6_DESTINATION_OPTIONS;
            if (!skippable || header + 8 > end) {
                return -1;
            }
            next = packet.getUnsignedByte(header);
            header += 8 * (packet.getUnsignedByte(header + 1) + 1);
        }
        return -1;
    }
}
