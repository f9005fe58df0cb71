package io.sallyport.core.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.packet.PacketBuffers;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LossyWireTest {
    private static final InetSocketAddress CLIENT = new InetSocketAddress("192.0.2.1", 40000);
    private static final InetSocketAddress SERVER = new InetSocketAddress("192.0.2.2", 1194);

    /** Notes the numbers that arrive. */
    private static final class Numbers implements DatagramReceiver {
        final List<Integer> received = new ArrayList<>();
        int flushes;

        @Override
        public void accept(DatagramEdge edge, UdpPath path, ByteBuf datagram) {
            assertThat(datagram.readerIndex()).isEqualTo(PacketBuffers.HEADROOM);
            received.add(datagram.readInt());
            datagram.release();
        }

        @Override
        public void flush() {
            flushes++;
        }
    }

    private static void send(LossyWire wire, DatagramEdge edge, int count) {
        for (int i = 0; i < count; i++) {
            edge.accept(PacketBuffers.take().writeInt(i), wire.path(SERVER, CLIENT));
        }
        edge.flush();
    }

    @Test
    void perfectWireKeepsOrderAndEndsTheBatchOnce() {
        LossyWire wire = LossyWire.perfect();
        Numbers server = new Numbers();
        wire.connect(0, SERVER, server);
        send(wire, wire.connect(0, CLIENT, new Numbers()), 5);

        assertThat(wire.turn()).isEqualTo(5);
        assertThat(server.received).containsExactly(0, 1, 2, 3, 4);
        assertThat(server.flushes).isEqualTo(1);
    }

    @Test
    void sameSeedLosesTheSameDatagrams() {
        assertThat(survivors(7)).isEqualTo(survivors(7)).hasSizeBetween(500, 950);
    }

    private static List<Integer> survivors(long seed) {
        LossyWire wire = new LossyWire(new Random(seed), new LossyWire.Faults(0.3, 0.05, 0.1));
        Numbers server = new Numbers();
        wire.connect(0, SERVER, server);
        send(wire, wire.connect(0, CLIENT, new Numbers()), 1000);
        wire.settle(2);
        assertThat(server.received)
                .isNotEqualTo(server.received.stream().sorted().toList());
        assertThat(server.received.stream().distinct().count()).isLessThan(server.received.size());
        return server.received;
    }

    @Test
    void answerGoesToWhereTheDatagramCameFrom() {
        LossyWire wire = LossyWire.perfect();
        Numbers client = new Numbers();
        DatagramEdge edge = wire.connect(0, CLIENT, client);
        wire.connect(0, SERVER, new DatagramReceiver() {
            @Override
            public void accept(DatagramEdge server, UdpPath path, ByteBuf datagram) {
                server.accept(datagram, path);
                server.flush();
            }

            @Override
            public void flush() {}
        });
        send(wire, edge, 3);

        wire.settle(3);
        assertThat(client.received).containsExactly(0, 1, 2);
    }

    @Test
    void endlessEchoIsNoticed() {
        LossyWire wire = LossyWire.perfect();
        DatagramReceiver echo = new DatagramReceiver() {
            @Override
            public void accept(DatagramEdge edge, UdpPath path, ByteBuf datagram) {
                edge.accept(datagram, path);
                edge.flush();
            }

            @Override
            public void flush() {}
        };
        wire.connect(0, SERVER, echo);
        send(wire, wire.connect(0, CLIENT, echo), 1);

        assertThatThrownBy(() -> wire.settle(100)).isInstanceOf(AssertionError.class);
    }
}
