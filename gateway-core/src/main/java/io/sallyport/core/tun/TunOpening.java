package io.sallyport.core.tun;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.sallyport.core.packet.PacketBuffers;
import io.sallyport.core.posix.Errno;
import io.sallyport.core.posix.Posix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Opens the queues of a device that does not exist before; closing the last queue removes it. */
final class TunOpening {
    static final int MAX_NAME = 15;
    static final int MIN_MTU = 576;

    private static final String CLONE_DEVICE = "/dev/net/tun";
    private static final int O_RDWR_NONBLOCK_CLOEXEC = 2 | 0x800 | 0x80000;
    // linux/if_tun.h
    private static final long TUNSETIFF = 0x400454ca;
    private static final int IFF_TUN = 0x0001;
    private static final int IFF_MULTI_QUEUE = 0x0100;
    private static final int IFF_NO_PI = 0x1000;
    private static final int IFF_VNET_HDR = 0x4000;
    private static final int IFF_TUN_EXCL = 0x8000;
    // struct ifreq: the name, then the flags
    private static final int IFREQ = 40;
    private static final int IFREQ_FLAGS = 16;

    private TunOpening() {}

    /** The descriptors of the queues, non-blocking. */
    static List<Integer> open(String name, int mtu, int queues) throws TunException {
        check(name, mtu);
        List<Integer> opened = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            Posix posix = new Posix(arena);
            try {
                for (int queue = 0; queue < queues; queue++) {
                    int fd = posix.open(CLONE_DEVICE, O_RDWR_NONBLOCK_CLOEXEC);
                    if (fd < 0) {
                        throw unopened(-fd);
                    }
                    opened.add(fd);
                    attach(posix, arena, fd, name, queue == 0);
                }
                return opened;
            } catch (TunException e) {
                opened.forEach(posix::close);
                throw e;
            }
        }
    }

    /** The first queue makes the device, and IFF_TUN_EXCL refuses one that is there: another process's multi-queue device would let itself be joined. */
    private static void attach(Posix posix, Arena arena, int fd, String name, boolean first) throws TunException {
        MemorySegment request = arena.allocate(IFREQ, 8);
        request.setString(0, name);
        int flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR | IFF_MULTI_QUEUE | (first ? IFF_TUN_EXCL : 0);
        request.set(JAVA_SHORT, IFREQ_FLAGS, (short) flags);
        int result = posix.ioctl(fd, TUNSETIFF, request.address());
        if (result < 0) {
            throw unattached(name, -result);
        }
    }

    private static void check(String name, int mtu) throws TunException {
        if (name.length() > MAX_NAME) {
            throw new TunException("The TUN device name \"" + name + "\" has " + name.length()
                    + " characters: choose one of at most " + MAX_NAME + ".");
        }
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9_.-]*")) {
            throw new TunException("The TUN device name \"" + name
                    + "\" is not usable: choose letters, digits, '-', '_' and '.', beginning with a letter or digit.");
        }
        if (mtu < MIN_MTU || mtu > PacketBuffers.MAX_PACKET) {
            throw new TunException("The TUN device cannot have an MTU of " + mtu + ": choose " + MIN_MTU + " to "
                    + PacketBuffers.MAX_PACKET + ".");
        }
    }

    private static TunException unopened(int errno) {
        return new TunException(
                switch (errno) {
                    case Errno.ENOENT, Errno.ENODEV, Errno.ENXIO ->
                        CLONE_DEVICE
                                + " is missing: load the kernel's module (\"modprobe tun\") or give the container the device.";
                    case Errno.EACCES, Errno.EPERM ->
                        CLONE_DEVICE
                                + " may not be opened by this user: run as root or give the process CAP_NET_ADMIN and read and write access to it.";
                    default ->
                        CLONE_DEVICE + " cannot be opened (errno " + errno + "): check the limits of this process.";
                });
    }

    private static TunException unattached(String name, int errno) {
        return new TunException(
                switch (errno) {
                    case Errno.EPERM, Errno.EACCES ->
                        "The TUN device " + name
                                + " cannot be made without CAP_NET_ADMIN: run as root or grant that capability.";
                    case Errno.EBUSY ->
                        "The network device " + name
                                + " exists already: stop the process that owns it, delete it (\"ip link delete " + name
                                + "\") or configure another name.";
                    default ->
                        "The TUN device " + name + " cannot be made (errno " + errno
                                + "): check that the kernel has multi-queue TUN devices.";
                });
    }
}
