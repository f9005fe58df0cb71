package io.sallyport.openvpn.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.tls.TestPki.Keys;
import io.sallyport.core.tls.TlsSettings.Versions;
import io.sallyport.openvpn.wire.Acks;
import io.sallyport.openvpn.wire.ControlPacket;
import io.sallyport.openvpn.wire.OvpnSessionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Packets that know the structure of the control channel and both session ids, and are wrong in one field or another,
 * between those of a real client, at every stage. The connection may end; nothing is thrown (the wire would), no key
 * stays that nobody uses, and the gateway says no more than it was asked.
 */
class FuzzedControlTest {
    private static final Ends ENDS = new Ends(Keys.ECDSA);
    private static final int CONNECTIONS = 150;
    private static final int PACKETS = 40;
    private static final byte[][] RECORDS = {
        {22, 3, 1, 0, 4, 1, 0, 0, 0}, {22, 3, 3, 64, 0}, {20, 3, 3, 0, 1, 1}, {21, 3, 3, 0, 2, 2, 40}, {23, 3, 3, 0, 0}
    };

    @Test
    void wrongPacketsAtEveryStageThrowNothing() {
        int up = 0;
        for (int seed = 0; seed < CONNECTIONS; seed++) {
            Random random = new Random(seed);
            Wire wire = new Wire(seed, 0);
            ServerEnd server = ENDS.server(wire, ServerTerms.standard(true), Versions.TLS_1_2_OR_1_3);
            ClientEnd client = ENDS.client(wire, Ends.terms(), Versions.TLS_1_2_OR_1_3, "alice", server);
            for (int i = 0; i < PACKETS; i++) {
                ControlPacket packet = packet(random);
                wire.at(wire.now() + random.nextInt(400) * Wire.MILLI, () -> server.arrive(packet));
            }
            wire.run(10 * Wire.SECOND);
            int sent = server.sent;
            wire.run(300 * Wire.SECOND);
            assertThat(server.sent - sent)
                    .as("seed %d, packets afterwards", seed)
                    .isLessThan(200);
            assertThat(server.closed != null || server.established != null)
                    .as("seed %d, ended or up", seed)
                    .isTrue();
            if (server.closed == null) {
                assertThat(server.keys).as("seed %d", seed).hasSizeLessThanOrEqualTo(3);
            }
            up += client.up == null ? 0 : 1;
        }
        // Most wrong packets are noticed as such, or else this would try but the first stage.
        assertThat(up).isBetween(1, CONNECTIONS);
    }

    private static ControlPacket packet(Random random) {
        OvpnSessionId id = random.nextInt(10) == 0 ? new OvpnSessionId(random.nextLong() | 1) : ClientEnd.ID;
        int keyId = random.nextInt(3) == 0 ? random.nextInt(8) : 0;
        long messageId = random.nextInt(4) == 0 ? random.nextLong() & 0xffff_ffffL : random.nextInt(16);
        Octets payload = payload(random);
        Acks acks = acks(random);
        return switch (random.nextInt(6)) {
            case 0 -> new ControlPacket.SoftReset(1 + random.nextInt(7), id, acks, messageId, payload);
            case 1 -> new ControlPacket.HardResetClientV2(id, acks, messageId, payload);
            case 2 -> new ControlPacket.HardResetServerV2(id, acks, messageId, payload);
            case 3 ->
                new ControlPacket.Ack(keyId, id, acks.isEmpty() ? Acks.of(ServerEnd.ID, List.of(messageId)) : acks);
            default -> new ControlPacket.Control(keyId, id, acks, beyond(messageId, random), payload);
        };
    }

    /** Mostly after what the client sends by then, so that not every one of them takes the place of a good one. */
    private static long beyond(long messageId, Random random) {
        return random.nextInt(8) == 0 ? messageId : (messageId + 12) & 0xffff_ffffL;
    }

    private static Acks acks(Random random) {
        List<Long> ids = new ArrayList<>();
        for (int i = random.nextInt(Acks.MAX + 1); i > 0; i--) {
            ids.add(random.nextInt(3) == 0 ? random.nextLong() & 0xffff_ffffL : random.nextInt(10));
        }
        return Acks.of(random.nextInt(4) == 0 ? new OvpnSessionId(9) : ServerEnd.ID, ids);
    }

    private static Octets payload(Random random) {
        byte[] octets = random.nextBoolean() ? new byte[random.nextInt(1200)] : RECORDS[random.nextInt(RECORDS.length)];
        if (octets.length > 20) {
            random.nextBytes(octets);
        }
        return Octets.of(octets);
    }
}
