package io.sallyport.core.packet;

import io.netty.buffer.ByteBuf;

/** The Internet checksum (RFC 1071). A sum is a running one's complement sum that is folded only by {@link #finish}; sums of even-sized ranges add up. */
public final class Checksum {
    private static final int IPV4_ADDRESSES = 12;
    private static final int IPV6_ADDRESSES = 8;
    private static final long INT = 0xffffffffL;

    private Checksum() {}

    /** The sum over {@code length} octets from an absolute index; an odd last octet counts as if a zero followed. */
    public static long sum(ByteBuf buf, int from, int length) {
        long sum = 0;
        int at = from;
        int end = from + length;
        for (; at + 4 <= end; at += 4) {
            sum += buf.getInt(at) & INT;
        }
        if (at + 2 <= end) {
            sum += buf.getUnsignedShort(at);
            at += 2;
        }
        return at < end ? sum + (buf.getUnsignedByte(at) << 8) : sum;
    }

    /** The sum over the pseudo-header of the IPv4 (RFC 9293 §3.1) or IPv6 (RFC 8200 §8.1) packet at this index. */
    public static long pseudoHeader(ByteBuf buf, int at, int protocol, int transportLength) {
        long sum =
                IpPacket.version(buf, at) == 4 ? sum(buf, at + IPV4_ADDRESSES, 8) : sum(buf, at + IPV6_ADDRESSES, 32);
        return sum + protocol + transportLength;
    }

    /** The value of the checksum field, 0..65,535. UDP sends 0xffff for 0 (RFC 768): see {@link #finishUdp}. */
    public static int finish(long sum) {
        return ~fold(sum) & 0xffff;
    }

    /** As {@link #finish}, but never 0, which means "no checksum" in UDP. */
    public static int finishUdp(long sum) {
        int checksum = finish(sum);
        return checksum == 0 ? 0xffff : checksum;
    }

    /** The checksum after a 16-bit field changed: {@code HC' = ~(~HC + ~m + m')}, RFC 1624 §3, equation 3. */
    public static int update(int checksum, int before, int after) {
        return finish((~checksum & 0xffffL) + (~before & 0xffff) + (after & 0xffff));
    }

    private static int fold(long sum) {
        long folded = (sum >>> 32) + (sum & INT);
        folded = (folded >>> 16) + (folded & 0xffff);
        folded = (folded >>> 16) + (folded & 0xffff);
        folded = (folded >>> 16) + (folded & 0xffff);
        return (int) folded;
    }
}
