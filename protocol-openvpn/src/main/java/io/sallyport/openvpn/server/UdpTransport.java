package io.sallyport.openvpn.server;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.udp.DatagramEdge;
import io.sallyport.core.udp.UdpPath;

/** A peer's path over UDP, and its worker's own edge to it. */
final class UdpTransport implements Transport {
    private DatagramEdge edge;
    private UdpPath path;

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

    void moveTo(DatagramEdge newEdge, UdpPath newPath) {
        edge.flush();
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
    public void end() {
        edge.flush();
    }
}
