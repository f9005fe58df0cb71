package io.sallyport.openvpn.server;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.udp.DatagramEdge;
import io.sallyport.core.udp.UdpPath;

/** A peer's path over UDP, and its worker's own edge to it. */
final class UdpTransport implements Transport {
    /** Each move is a line in the log and work in shared tables, and a client may send from two addresses in turn. */
    static final long MOVE_INTERVAL_NANOS = 1_000_000_000L;

    private DatagramEdge edge;
    private UdpPath path;
    private long movedAt;
    private boolean moved;

    UdpTransport(DatagramEdge edge, UdpPath path) {
        this.edge = edge;
        this.path = path;
    }

    UdpPath path() {
        return path;
    }

    @SuppressWarnings("ReferenceEquality") // the edge hands out one object for one path, mostly
    boolean isAt(UdpPath other) {
        return path == other || path.equals(other);
    }

    /** Whether the last move was long enough ago. */
    boolean mayMove(long nowNanos) {
        return !moved || nowNanos - movedAt >= MOVE_INTERVAL_NANOS;
    }

    void moveTo(DatagramEdge newEdge, UdpPath newPath, long nowNanos) {
        edge.flush();
        moved = true;
        movedAt = nowNanos;
        edge = newEdge;
        path = newPath;
    }

    @Override
    public boolean hasRoom() {
        return true;
    }

    @Override
    public void send(ByteBuf packet) {
        edge.accept(packet, path);
    }

    @Override
    public void flush() {
        edge.flush();
    }

    @Override
    public void end(Peer of) {
        edge.flush();
    }
}
