package io.sallyport.openvpn.control;

import static io.sallyport.openvpn.control.Wire.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.tls.TestPki.Keys;
import io.sallyport.core.tls.TlsSettings.Versions;
import io.sallyport.openvpn.wire.Acks;
import io.sallyport.openvpn.wire.ControlPacket;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LossyWireTest {
    private static final Ends ENDS = new Ends(Keys.ECDSA);

    @Test
    void aThousandHandshakesOverABadWireAllSucceed() {
        for (int seed = 0; seed < 1000; seed++) {
            // 15 % lost, 5 % of the rest twice, all in any order
            Wire wire = new Wire(seed, 15);
            Versions versions = seed % 4 == 0 ? Versions.TLS_1_2_ONLY : Versions.TLS_1_3_ONLY;
            ServerEnd server = ENDS.server(wire, Ends.PATIENT_SERVER, versions);
            ClientEnd client = ENDS.client(wire, Ends.PATIENT_CLIENT, versions, "alice", server);
            wire.run(200 * SECOND);
            assertThat(client.events).as("seed %d", seed).containsExactly("install 0", "activate 0", "up");
            assertThat(server.keys).as("seed %d", seed).isEqualTo(client.keys);
            assertThat(wire.carried).as("seed %d", seed).isLessThan(150);
        }
    }

    @Test
    void renegotiationsOverABadWireSucceedFromBothSides() {
        for (int seed = 0; seed < 50; seed++) {
            Wire wire = new Wire(seed, 10);
            ServerEnd server = ENDS.server(wire, Ends.PATIENT_SERVER, Versions.TLS_1_3_ONLY);
            ClientEnd client = ENDS.client(wire, Ends.PATIENT_CLIENT, Versions.TLS_1_3_ONLY, "alice", server);
            wire.run(200 * SECOND);
            server.connection().renegotiate(wire.now());
            if (seed % 2 == 0) {
                client.connection().renegotiate(wire.now());
            }
            wire.run(200 * SECOND);
            assertThat(server.active).as("seed %d", seed).isEqualTo(1);
            assertThat(client.keys).as("seed %d", seed).containsOnlyKeys(1).isEqualTo(server.keys);
        }
    }

    @Test
    void garbageInsideTheChannelEndsOnlyTheConnection() {
        Random random = new Random(5);
        for (int i = 0; i < 300; i++) {
            Wire wire = new Wire(i, 0);
            ServerEnd server = ENDS.server(wire, Ends.PATIENT_SERVER, Versions.TLS_1_2_OR_1_3);
            for (long id = 1; id < 6; id++) {
                byte[] garbage = new byte[1 + random.nextInt(1200)];
                random.nextBytes(garbage);
                if (i % 2 == 0 && id == 1) {
                    garbage[0] = 22;
                }
                server.arrive(new ControlPacket.Control(
                        0, ClientEnd.ID, Acks.of(ServerEnd.ID, List.of(0L)), id, Octets.of(garbage)));
            }
            wire.run(70 * SECOND);
            wire.run(300 * SECOND);
            assertThat(server.closed).isEqualTo(CloseReason.HANDSHAKE_FAILED);
        }
    }

    @Test
    void packetsOfStrangersAndFarFutureIdsAreIgnored() {
        Wire wire = new Wire(1, 0);
        ServerEnd server = ENDS.server(wire, Ends.PATIENT_SERVER, Versions.TLS_1_3_ONLY);
        ClientEnd client = ENDS.client(wire, Ends.PATIENT_CLIENT, Versions.TLS_1_3_ONLY, "alice", server);
        wire.run(2 * SECOND);
        int sent = server.sent;
        var stranger = new io.sallyport.openvpn.wire.OvpnSessionId(99);
        Octets junk = Octets.of(new byte[50]);
        server.arrive(new ControlPacket.Control(0, stranger, Acks.NONE, 9, junk));
        server.arrive(new ControlPacket.Control(0, ClientEnd.ID, Acks.of(stranger, List.of(3L)), 9, junk));
        server.arrive(new ControlPacket.Control(0, ClientEnd.ID, Acks.NONE, 0xffff_ffffL, junk));
        server.arrive(new ControlPacket.Control(5, ClientEnd.ID, Acks.NONE, 0, junk));
        wire.run(2 * SECOND);
        assertThat(server.sent).isEqualTo(sent);
        assertThat(server.closed).isNull();
        // What was delivered long ago is acknowledged again, and nothing else happens.
        server.arrive(new ControlPacket.Control(0, ClientEnd.ID, Acks.NONE, 1, junk));
        assertThat(server.sent).isEqualTo(sent + 1);
        assertThat(client.closed).isNull();
    }
}
