package io.sallyport.core.udp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** {@code struct sockaddr_in} and {@code sockaddr_in6} of Linux: family @0, port @2, then the address @4, or flow @4, address @8, scope @24. */
final class SocketAddresses {
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    /** Room for either. */
    static final int OCTETS = 32;

    private static final int IPV4_OCTETS = 16;
    private static final int IPV6_OCTETS = 28;
    private static final ValueLayout.OfShort PORT = JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt IPV4 = JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong HALF = JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private SocketAddresses() {}

    static int family(InetAddress address) {
        return address instanceof Inet6Address ? AF_INET6 : AF_INET;
    }

    /** Octets of a socket address of the family. */
    static int length(int family) {
        return family == AF_INET6 ? IPV6_OCTETS : IPV4_OCTETS;
    }

    /** Writes the address and returns its length. */
    static int write(MemorySegment to, long at, InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        int family = family(ip);
        to.asSlice(at, OCTETS).fill((byte) 0);
        to.set(JAVA_SHORT, at, (short) family);
        to.set(PORT, at + 2, (short) address.getPort());
        byte[] octets = ip.getAddress();
        MemorySegment.copy(octets, 0, to, JAVA_BYTE, at + (family == AF_INET6 ? 8 : 4), octets.length);
        if (ip instanceof Inet6Address six) {
            to.set(JAVA_INT, at + 24, six.getScopeId());
        }
        return length(family);
    }

    static InetSocketAddress read(MemorySegment from, long at, int family) {
        return address(family, high(from, at, family), low(from, at, family), portAndScope(from, at, family));
    }

    /** The first eight octets of an IPv6 address; 0 for IPv4. */
    static long high(MemorySegment from, long at, int family) {
        return family == AF_INET6 ? from.get(HALF, at + 8) : 0;
    }

    /** The last eight octets of an IPv6 address; an IPv4 address in the low 32 bits. */
    static long low(MemorySegment from, long at, int family) {
        return family == AF_INET6 ? from.get(HALF, at + 16) : Integer.toUnsignedLong(from.get(IPV4, at + 4));
    }

    /** The port in the low 16 bits, IPv6's scope above it. */
    static long portAndScope(MemorySegment from, long at, int family) {
        long scope = family == AF_INET6 ? Integer.toUnsignedLong(from.get(JAVA_INT, at + 24)) : 0;
        return scope << 16 | Short.toUnsignedLong(from.get(PORT, at + 2));
    }

    static long highAt(MemorySegment from, long address, int family) {
        return family == AF_INET6 ? from.get(HALF, address) : 0;
    }

    static long lowAt(MemorySegment from, long address, int family) {
        return family == AF_INET6 ? from.get(HALF, address + 8) : Integer.toUnsignedLong(from.get(IPV4, address));
    }

    static InetSocketAddress address(int family, long high, long low, long portAndScope) {
        return new InetSocketAddress(ip(family, high, low, (int) (portAndScope >>> 16)), (int) portAndScope & 0xffff);
    }

    private static InetAddress ip(int family, long high, long low, int scope) {
        try {
            if (family == AF_INET) {
                return Inet4Address.getByAddress(
                        ByteBuffer.allocate(4).putInt((int) low).array());
            }
            byte[] octets = ByteBuffer.allocate(16).putLong(high).putLong(low).array();
            // a scope of -1 means none, and the octets are kept even where they embed an IPv4 address
            return Inet6Address.getByAddress(null, octets, scope == 0 ? -1 : scope);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
