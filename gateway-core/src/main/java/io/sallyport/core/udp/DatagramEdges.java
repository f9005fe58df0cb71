package io.sallyport.core.udp;

import io.sallyport.core.posix.Posix;
import io.sallyport.core.worker.Worker;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Opens the gateway's UDP ports. */
public final class DatagramEdges {
    private DatagramEdges() {}

    /**
     * Opens one socket per worker on the address; the kernel spreads peers over them by address and port. With port 0 all share the port that the first one got. Not to be called on a
     * worker, unless it is the only one.
     *
     * @param index which of the listening addresses this is
     * @param receiverOf what takes a worker's datagrams, on that worker
     * @return the edges, in the workers' order; each is closed on its own worker, or with it
     * @throws ListenException when the port cannot be opened; nothing stays open then
     */
    public static List<DatagramEdge> bind(
            List<Worker> workers,
            int index,
            InetSocketAddress address,
            Function<Worker, ? extends DatagramReceiver> receiverOf)
            throws ListenException {
        if (address.isUnresolved()) {
            throw new ListenException(
                    "UDP cannot listen on \"" + address.getHostString() + "\": configure an IP address of this host.");
        }
        List<UdpEdge> edges = new ArrayList<>();
        int started = 0;
        try (Arena arena = Arena.ofConfined()) {
            Posix posix = new Posix(arena);
            InetSocketAddress port = address;
            for (Worker worker : workers) {
                UdpSocket.Bound socket = UdpSocket.open(posix, port, edges.isEmpty());
                port = socket.address();
                edges.add(new UdpEdge(index, socket, worker, receiverOf.apply(worker)));
            }
            for (UdpEdge edge : edges) {
                edge.start();
                started++;
            }
            return List.copyOf(edges);
        } catch (ListenException e) {
            undo(workers, edges, started);
            throw e;
        }
    }

    private static void undo(List<Worker> workers, List<UdpEdge> edges, int started) {
        for (int i = 0; i < edges.size(); i++) {
            UdpEdge edge = edges.get(i);
            if (i < started) {
                workers.get(i).execute(edge::close);
            } else {
                edge.abandon();
            }
        }
    }
}
