package io.sallyport.core.udp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;

/**
 * The control message that says which local address a datagram was sent to, or shall leave from (ip(7), ipv6(7)). {@code in_pktinfo}: interface @0, local address @4,
 * destination @8. {@code in6_pktinfo}: address @0, interface @16.
 */
final class PacketInfo {
    static final int IPPROTO_IP = 0;
    static final int IPPROTO_IPV6 = 41;
    static final int IP_PKTINFO = 8;
    static final int IPV6_RECVPKTINFO = 49;
    static final int IPV6_PKTINFO = 50;

    private static final int IPV4_DATA = 12;
    private static final int IPV6_DATA = 20;

    private PacketInfo() {}

    /** Where the local address is within the control octets of a received message, or -1. */
    static long find(MemorySegment controls, long from, int length, int family) {
        int level = family == SocketAddresses.AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP;
        int type = family == SocketAddresses.AF_INET6 ? IPV6_PKTINFO : IP_PKTINFO;
        long at = from;
        long end = from + Math.min(length, Messages.CONTROL);
        while (at + Messages.CONTROL_HEADER <= end) {
            long size = controls.get(JAVA_LONG, at);
            if (size < Messages.CONTROL_HEADER || size > end - at) {
                return -1;
            }
            if (controls.get(JAVA_INT, at + Messages.CONTROL_LEVEL) == level
                    && controls.get(JAVA_INT, at + Messages.CONTROL_TYPE) == type) {
                return at + Messages.CONTROL_HEADER + (family == SocketAddresses.AF_INET6 ? 0 : 4);
            }
            at += size + 7 & ~7L;
        }
        return -1;
    }

    /** Writes the control message that makes a datagram leave from the address; returns its length. */
    static int write(MemorySegment to, long at, InetAddress local) {
        boolean six = SocketAddresses.family(local) == SocketAddresses.AF_INET6;
        int data = six ? IPV6_DATA : IPV4_DATA;
        int space = Messages.CONTROL_HEADER + data + 7 & ~7;
        to.asSlice(at, space).fill((byte) 0);
        to.set(JAVA_LONG, at, Messages.CONTROL_HEADER + data);
        to.set(JAVA_INT, at + Messages.CONTROL_LEVEL, six ? IPPROTO_IPV6 : IPPROTO_IP);
        to.set(JAVA_INT, at + Messages.CONTROL_TYPE, six ? IPV6_PKTINFO : IP_PKTINFO);
        byte[] octets = local.getAddress();
        MemorySegment.copy(octets, 0, to, JAVA_BYTE, at + Messages.CONTROL_HEADER + (six ? 0 : 4), octets.length);
        return space;
    }
}
