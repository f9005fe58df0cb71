package io.sallyport.core.udp;

import io.sallyport.core.posix.Errno;
import io.sallyport.core.posix.Posix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Opens the sockets of one port. */
final class UdpSocket {
    /** Octets asked for in each direction. */
    static final int BUFFER = 4 << 20;

    private static final int SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0x800 | 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUF = 7;
    private static final int SO_RCVBUF = 8;
    private static final int SO_REUSEPORT = 15;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int IPV6_V6ONLY = 26;

    private UdpSocket() {}

    /** An open, bound, non-blocking socket, and the address that it got. */
    record Bound(int fd, InetSocketAddress address) {}

    /**
     * Opens and binds one socket of a port. SO_REUSEPORT would let a second process of the same user bind the port and take half of the packets, and SO_REUSEADDR lets any
     * willing process do so. So the first socket binds as if it were alone, which fails if anybody has the port, and only then allows the others of this process beside it.
     */
    static Bound open(Posix posix, InetSocketAddress address, boolean first) throws ListenException {
        int family = SocketAddresses.family(address.getAddress());
        int fd = posix.socket(family, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0);
        if (fd < 0) {
            throw failure(address, -fd);
        }
        try (Arena arena = Arena.ofConfined()) {
            prepare(posix, fd, address.getAddress());
            if (!first) {
                check(address, posix.setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, 1));
            }
            MemorySegment name = arena.allocate(SocketAddresses.OCTETS, 8);
            int length = SocketAddresses.write(name, 0, address);
            check(address, posix.bind(fd, name.address(), length));
            if (first) {
                check(address, posix.setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, 1));
            }
            check(address, posix.getsockname(fd, name.address(), SocketAddresses.OCTETS));
            return new Bound(fd, SocketAddresses.read(name, 0, family));
        } catch (ListenException e) {
            posix.close(fd);
            throw e;
        }
    }

    private static void prepare(Posix posix, int fd, InetAddress address) {
        boolean six = SocketAddresses.family(address) == SocketAddresses.AF_INET6;
        if (six) {
            // 0.0.0.0 and [::] are two listeners, with one kind of address each
            posix.setsockopt(fd, PacketInfo.IPPROTO_IPV6, IPV6_V6ONLY, 1);
        }
        if (address.isAnyLocalAddress()) {
            posix.setsockopt(
                    fd,
                    six ? PacketInfo.IPPROTO_IPV6 : PacketInfo.IPPROTO_IP,
                    six ? PacketInfo.IPV6_RECVPKTINFO : PacketInfo.IP_PKTINFO,
                    1);
        }
        buffer(posix, fd, SO_RCVBUFFORCE, SO_RCVBUF);
        buffer(posix, fd, SO_SNDBUFFORCE, SO_SNDBUF);
    }

    /** Without CAP_NET_ADMIN the size is limited by net.core.rmem_max and wmem_max: then as much as that allows. */
    private static void buffer(Posix posix, int fd, int force, int option) {
        if (posix.setsockopt(fd, SOL_SOCKET, force, BUFFER) < 0) {
            posix.setsockopt(fd, SOL_SOCKET, option, BUFFER);
        }
    }

    private static void check(InetSocketAddress address, int result) throws ListenException {
        if (result < 0) {
            throw failure(address, -result);
        }
    }

    private static ListenException failure(InetSocketAddress address, int errno) {
        String where =
                "UDP port " + address.getPort() + " on " + address.getAddress().getHostAddress();
        return new ListenException(
                switch (errno) {
                    case Errno.EADDRINUSE ->
                        where + " is already in use by another process: stop it (\"ss -lunp\" names it)"
                                + " or configure another port.";
                    case Errno.EACCES, Errno.EPERM ->
                        where + " may not be opened by this user: ports below 1024 need root or CAP_NET_BIND_SERVICE.";
                    case Errno.EADDRNOTAVAIL ->
                        where + " cannot be opened because this host does not have that address:"
                                + " configure one of its own (\"ip address\" lists them).";
                    case Errno.EAFNOSUPPORT ->
                        where + " cannot be opened because this host has no IPv6: enable it or remove the address.";
                    default ->
                        where + " cannot be opened (errno " + errno
                                + "): check the address and the limits of this process.";
                });
    }
}
