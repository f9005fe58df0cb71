package io.sallyport.openvpn.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.tls.TlsEndpoint;
import io.sallyport.openvpn.wire.Acks;
import io.sallyport.openvpn.wire.ControlPacket;
import io.sallyport.openvpn.wire.ControlPackets;
import io.sallyport.openvpn.wire.OvpnSessionId;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;

/** Control packets written by hand, by UDP or TCP, with nothing around them. */
interface BareClient extends AutoCloseable {
    void sendOctets(byte[] octets) throws IOException;

    byte[] receiveOctets() throws IOException;

    @Override
    void close() throws IOException;

    static BareClient udp(InetSocketAddress gateway) throws IOException {
        DatagramSocket socket = new DatagramSocket();
        socket.setSoTimeout(5000);
        return new BareClient() {
            @Override
            public void sendOctets(byte[] octets) throws IOException {
                socket.send(new DatagramPacket(octets, octets.length, gateway));
            }

            @Override
            public byte[] receiveOctets() throws IOException {
                DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
                socket.receive(packet);
                return java.util.Arrays.copyOf(packet.getData(), packet.getLength());
            }

            @Override
            public void close() {
                socket.close();
            }
        };
    }

    static BareClient tcp(InetSocketAddress gateway) throws IOException {
        Socket socket = new Socket(gateway.getAddress(), gateway.getPort());
        socket.setSoTimeout(5000);
        DataInputStream in = new DataInputStream(socket.getInputStream());
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        return new BareClient() {
            @Override
            public void sendOctets(byte[] octets) throws IOException {
                byte[] frame = new byte[octets.length + 2];
                frame[0] = (byte) (octets.length >> 8);
                frame[1] = (byte) octets.length;
                System.arraycopy(octets, 0, frame, 2, octets.length);
                out.write(frame);
            }

            @Override
            public byte[] receiveOctets() throws IOException {
                return in.readNBytes(in.readUnsignedShort());
            }

            @Override
            public void close() throws IOException {
                socket.close();
            }
        };
    }

    default void send(ControlPacket packet) throws IOException {
        ByteBuf out = Unpooled.buffer();
        ControlPackets.encode(packet, out);
        sendOctets(ByteBufUtil.getBytes(out));
    }

    default ControlPacket receive() throws Exception {
        return ControlPackets.decode(Unpooled.wrappedBuffer(receiveOctets()));
    }

    /** Sends a first packet; the gateway's session id in its answer. */
    default OvpnSessionId reset(long id, long messageId) throws Exception {
        send(new ControlPacket.HardResetClientV2(new OvpnSessionId(id), Acks.NONE, messageId, Octets.EMPTY));
        ControlPacket answer = receive();
        if (!(answer instanceof ControlPacket.HardResetServerV2)
                || !answer.acks().equals(Acks.of(new OvpnSessionId(id), List.of(messageId)))) {
            throw new AssertionError(answer);
        }
        return answer.sessionId();
    }

    /** What a client's TLS says first. */
    static Octets clientHello() throws Exception {
        try (TlsEndpoint tls = Site.clientTls(null).newEndpoint()) {
            while (tls.progress() instanceof TlsEndpoint.Progress.HasTask(Runnable task)) {
                task.run();
            }
            return Octets.of(tls.drain(4096));
        }
    }
}
