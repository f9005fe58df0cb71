package io.sallyport.core.udp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Paths as the kernel wants them, so that a peer's address is not written out again for every datagram: a fixed number, the newest in its place wins. */
final class EncodedPaths {
    private static final int PLACES = 2048;
    private static final int OCTETS = SocketAddresses.OCTETS + Messages.CONTROL;

    private final boolean wildcard;
    private final MemorySegment memory;
    private final @Nullable UdpPath[] paths = new UdpPath[PLACES];
    private final byte[] nameLengths = new byte[PLACES];
    private final byte[] controlLengths = new byte[PLACES];

    /** @param wildcard the socket is bound to no address, so the datagrams must say what they leave from */
    EncodedPaths(Arena arena, boolean wildcard) {
        this.wildcard = wildcard;
        memory = arena.allocate((long) OCTETS * PLACES, 8);
    }

    /** Writes the path's addresses into a message's header. */
    @SuppressWarnings("ReferenceEquality") // the same object is what makes the place valid
    void apply(UdpPath path, Messages messages, int message) {
        int place = System.identityHashCode(path) & (PLACES - 1);
        if (paths[place] != path) {
            encode(path, place);
        }
        long at = (long) place * OCTETS;
        int control = controlLengths[place];
        MemorySegment.copy(memory, at, messages.names(), messages.name(message), SocketAddresses.OCTETS);
        if (control > 0) {
            MemorySegment.copy(
                    memory, at + SocketAddresses.OCTETS, messages.controls(), messages.control(message), control);
        }
        messages.lengths(message, nameLengths[place], control);
    }

    private void encode(UdpPath path, int place) {
        long at = (long) place * OCTETS;
        boolean chooseSource = wildcard && !path.local().getAddress().isAnyLocalAddress();
        nameLengths[place] = (byte) SocketAddresses.write(memory, at, path.peer());
        controlLengths[place] = (byte)
                (chooseSource
                        ? PacketInfo.write(
                                memory,
                                at + SocketAddresses.OCTETS,
                                path.local().getAddress())
                        : 0);
        paths[place] = path;
    }
}
