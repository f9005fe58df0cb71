package io.sallyport.core.udp;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.packet.PacketBuffers;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A network in memory for tests: any number of ends by address, datagrams that move only when the test says so, and which ones are lost, doubled or overtaken decides a seeded
 * random. An end sends from {@code path.local()}, so a client that moves sends with another path and connects at that address too. One thread.
 */
public final class LossyWire {
    /** What becomes of datagrams, each as a probability of 0 to 1. */
    public record Faults(double drop, double duplicate, double reorder) {
        public static final Faults NONE = new Faults(0, 0, 0);
    }

    private record InFlight(InetSocketAddress from, InetSocketAddress to, Octets octets) {}

    private final Random random;
    private final Map<InetSocketAddress, End> ends = new HashMap<>();
    private final Map<UdpPath, UdpPath> paths = new HashMap<>();
    private final List<InFlight> inFlight = new ArrayList<>();
    private Faults faults;
    private int dropped;
    private int delivered;

    public LossyWire(Random random, Faults faults) {
        this.random = random;
        this.faults = faults;
    }

    /** A wire that loses nothing. */
    public static LossyWire perfect() {
        return new LossyWire(new Random(0), Faults.NONE);
    }

    /** From now on. */
    public void faults(Faults changed) {
        faults = changed;
    }

    /** Attaches an end; what is sent to the address goes to the receiver. */
    public DatagramEdge connect(int index, InetSocketAddress address, DatagramReceiver receiver) {
        End end = new End(index, address, receiver);
        if (ends.putIfAbsent(address, end) != null) {
            throw new IllegalArgumentException(address + " is taken");
        }
        return end;
    }

    /** The one object of a path, as the receivers get it. */
    public UdpPath path(InetSocketAddress peer, InetSocketAddress local) {
        return paths.computeIfAbsent(new UdpPath(peer, local), path -> path);
    }

    /** Datagrams that wait to be delivered. */
    public int inFlight() {
        return inFlight.size();
    }

    /** Lost so far, those to an address without an end included. */
    public int dropped() {
        return dropped;
    }

    public int delivered() {
        return delivered;
    }

    /** Delivers the next datagram and ends the batch; false when none waits. */
    public boolean step() {
        if (inFlight.isEmpty()) {
            return false;
        }
        Set<DatagramReceiver> touched = new LinkedHashSet<>();
        move(touched);
        touched.forEach(DatagramReceiver::flush);
        return true;
    }

    /** Delivers what waits now, and not what that causes, as one batch; how many datagrams moved. */
    public int turn() {
        int moved = inFlight.size();
        Set<DatagramReceiver> touched = new LinkedHashSet<>();
        for (int i = 0; i < moved; i++) {
            move(touched);
        }
        touched.forEach(DatagramReceiver::flush);
        return moved;
    }

    /** Turns until nothing waits; fails when that does not come within the number of turns. */
    public void settle(int maxTurns) {
        for (int i = 0; i < maxTurns; i++) {
            if (turn() == 0) {
                return;
            }
        }
        throw new AssertionError("still " + inFlight.size() + " datagrams after " + maxTurns + " turns");
    }

    private void move(Set<DatagramReceiver> touched) {
        int next = inFlight.size() > 1 && random.nextDouble() < faults.reorder()
                ? 1 + random.nextInt(inFlight.size() - 1)
                : 0;
        InFlight datagram = inFlight.remove(next);
        End to = ends.get(datagram.to());
        if (to == null || to.closed) {
            dropped++;
            return;
        }
        delivered++;
        ByteBuf octets = PacketBuffers.take();
        datagram.octets().writeTo(octets);
        to.receiver.accept(to, path(datagram.from(), datagram.to()), octets);
        touched.add(to.receiver);
    }

    private void send(InFlight datagram) {
        if (random.nextDouble() < faults.drop()) {
            dropped++;
            return;
        }
        inFlight.add(datagram);
        if (random.nextDouble() < faults.duplicate()) {
            inFlight.add(datagram);
        }
    }

    private final class End implements DatagramEdge {
        private final int index;
        private final InetSocketAddress address;
        private final DatagramReceiver receiver;
        private final List<InFlight> queued = new ArrayList<>();
        private boolean closed;

        End(int index, InetSocketAddress address, DatagramReceiver receiver) {
            this.index = index;
            this.address = address;
            this.receiver = receiver;
        }

        @Override
        public int index() {
            return index;
        }

        @Override
        public InetSocketAddress localAddress() {
            return address;
        }

        @Override
        public void accept(ByteBuf datagram, UdpPath path) {
            try {
                if (!closed) {
                    queued.add(new InFlight(path.local(), path.peer(), Octets.read(datagram)));
                }
            } finally {
                datagram.release();
            }
        }

        @Override
        public void flush() {
            queued.forEach(LossyWire.this::send);
            queued.clear();
        }

        @Override
        public void close() {
            flush();
            closed = true;
        }
    }
}
