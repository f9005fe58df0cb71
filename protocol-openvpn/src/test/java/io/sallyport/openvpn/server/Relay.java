package io.sallyport.openvpn.server;

import io.sallyport.openvpn.wire.Opcode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** A NAT between one client and the gateway, that can forget its mapping: the client's address changes then. */
final class Relay implements AutoCloseable {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final SocketAddress gateway;
    private final DatagramSocket inside;
    private volatile DatagramSocket outside;
    private volatile SocketAddress client = new InetSocketAddress(LOOPBACK, 9);
    private volatile boolean closed;
    private volatile @Nullable BlockingQueue<byte[]> held;

    Relay(SocketAddress gateway) throws IOException {
        this.gateway = gateway;
        this.inside = new DatagramSocket(0, LOOPBACK);
        this.outside = new DatagramSocket(0, LOOPBACK);
        Thread.ofVirtual().start(this::up);
        down(outside);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) inside.getLocalSocketAddress();
    }

    /** The port that the gateway sees. */
    int port() {
        return outside.getLocalPort();
    }

    void move() throws IOException {
        DatagramSocket before = outside;
        DatagramSocket next = new DatagramSocket(0, LOOPBACK);
        outside = next;
        down(next);
        before.close();
    }

    private void up() {
        byte[] octets = new byte[2048];
        while (!closed) {
            try {
                DatagramPacket packet = new DatagramPacket(octets, octets.length);
                inside.receive(packet);
                client = packet.getSocketAddress();
                BlockingQueue<byte[]> keep = held;
                if (keep == null) {
                    outside.send(new DatagramPacket(octets, packet.getLength(), gateway));
                } else if (Opcode.of(octets[0] & 0xff) == Opcode.DATA_V2) {
                    keep.add(Arrays.copyOf(octets, packet.getLength()));
                }
            } catch (IOException e) {
                stopUnless(closed || outside.isClosed(), e);
            }
        }
    }

    private void down(DatagramSocket from) {
        Thread.ofVirtual().start(() -> {
            byte[] octets = new byte[2048];
            while (!closed && !from.isClosed()) {
                try {
                    DatagramPacket packet = new DatagramPacket(octets, octets.length);
                    from.receive(packet);
                    inside.send(new DatagramPacket(octets, packet.getLength(), client));
                } catch (IOException e) {
                    stopUnless(closed || from.isClosed(), e);
                }
            }
        });
    }

    private static void stopUnless(boolean expected, IOException e) {
        if (!expected) {
            throw new UncheckedIOException(e);
        }
    }

    /** From now on the client's data packets go here instead, and its control packets (an acknowledgement that comes late, say) are lost. */
    BlockingQueue<byte[]> hold() {
        BlockingQueue<byte[]> keep = new LinkedBlockingQueue<>();
        held = keep;
        return keep;
    }

    /** Sends a datagram from this client's address. */
    void inject(byte[] datagram) throws IOException {
        outside.send(new DatagramPacket(datagram, datagram.length, gateway));
    }

    /** Nothing gets through any more. */
    void fallSilent() {
        close();
    }

    @Override
    public void close() {
        closed = true;
        inside.close();
        outside.close();
    }
}
