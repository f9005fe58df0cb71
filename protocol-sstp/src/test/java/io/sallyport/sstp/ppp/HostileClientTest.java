package io.sallyport.sstp.ppp;

import static io.sallyport.sstp.ppp.Wire.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.octets.Octets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Octets at random and packets at random in every state: nothing unchecked, few answers, and an end. */
class HostileClientTest {
    private static final int[] PROTOCOLS = {
        PppProtocol.LCP,
        PppProtocol.LCP,
        PppProtocol.LCP,
        PppProtocol.PAP,
        PppProtocol.CHAP,
        PppProtocol.EAP,
        PppProtocol.IPCP,
        PppProtocol.IPV6CP,
        0x80fd
    };
    /** Of one frame: LCP begins anew (2), or the client is accepted and both network protocols begin. */
    private static final int MOST_ANSWERS = 4;

    @Test
    void wrongPacketsBetweenThoseOfARealClient() {
        Map<AuthProtocol, Integer> up = new EnumMap<>(AuthProtocol.class);
        for (int seed = 0; seed < 1500; seed++) {
            Random random = new Random(seed);
            Wire wire = new Wire(seed, 0);
            AuthProtocol protocol = AuthProtocol.values()[seed % AuthProtocol.values().length];
            ServerEnd server = new ServerEnd(wire, ServerEnd.terms(protocol));
            server.judge = BothEndsTest::judge;
            server.eapJudge = BothEndsTest::eapJudge;
            ClientEnd client = new ClientEnd(server, login(protocol));
            server.start();
            client.start();
            for (int i = 0; i < 20; i++) {
                int number = PROTOCOLS[random.nextInt(PROTOCOLS.length)];
                Octets packet = packet(random);
                wire.at(wire.now() + random.nextInt(300) * Wire.MILLI, () -> {
                    int before = server.sentFrames;
                    server.arrive(number, packet);
                    assertThat(server.sentFrames - before).isLessThanOrEqualTo(MOST_ANSWERS);
                });
            }
            wire.run(400 * SECOND);
            boolean opened = server.events.contains("opened IPV4") || server.events.contains("opened IPV6");
            assertThat(server.end != null || opened).as("seed %d", seed).isTrue();
            assertThat(server.sentFrames).as("seed %d", seed).isLessThan(400);
            up.merge(protocol, opened ? 1 : 0, Integer::sum);
        }
        assertThat(up).containsOnlyKeys(AuthProtocol.values());
        // Of 500 each.
        assertThat(up.values()).allSatisfy(opened -> assertThat(opened).isGreaterThan(380));
    }

    private static PppLogin login(AuthProtocol protocol) {
        return switch (protocol) {
            case PAP -> new PppLogin.Pap("User", ClientEnd.secret("clientPass"));
            case MS_CHAP_V2 -> new PppLogin.MsChapV2("User", ClientEnd.secret("clientPass"));
            case EAP -> new PppLogin.Eap(new BothEndsTest.TwoRounds());
        };
    }

    @Test
    void wrongPacketsAlone() {
        for (int seed = 0; seed < 1500; seed++) {
            Random random = new Random(seed);
            Wire wire = new Wire(seed, 0);
            ServerEnd server =
                    new ServerEnd(wire, ServerEnd.terms(AuthProtocol.EAP, AuthProtocol.MS_CHAP_V2, AuthProtocol.PAP));
            server.eapJudge = (end, response) -> end.ppp.eapRequest(Octets.fromHex("0107000501"), wire.now());
            server.judge = (end, request) -> end.ppp.refused(RejectReason.BAD_CREDENTIALS, null, wire.now());
            server.start();
            for (int i = 0; i < 300; i++) {
                int before = server.sentFrames;
                int number = random.nextInt(20) == 0 ? random.nextInt(65536) : PROTOCOLS[random.nextInt(9)];
                server.arrive(number, packet(random));
                assertThat(server.sentFrames - before).isLessThanOrEqualTo(MOST_ANSWERS);
                if (random.nextInt(10) == 0) {
                    wire.run(random.nextInt(1000) * Wire.MILLI);
                }
            }
            assertThat(server.events).as("seed %d", seed).doesNotContain("authenticated", "opened IPV4", "opened IPV6");
            wire.run(400 * SECOND);
            assertThat(server.end).as("seed %d", seed).isNotNull();
        }
    }

    /** Mostly with a header that is right, a code that exists and an identifier that may be awaited. */
    private static Octets packet(Random random) {
        byte[] octets = new byte[random.nextInt(40)];
        random.nextBytes(octets);
        if (octets.length >= 4 && random.nextInt(5) > 0) {
            octets[0] = (byte) random.nextInt(14);
            octets[1] = (byte) random.nextInt(6);
            octets[2] = 0;
            octets[3] = (byte) octets.length;
            for (int at = 4; at + 2 <= octets.length; at += Math.max(2, octets[at + 1])) {
                octets[at] = (byte) (random.nextInt(3) == 0 ? random.nextInt(256) : random.nextInt(9));
                octets[at + 1] = (byte) Math.min(octets.length - at, new int[] {2, 4, 6, 5, 10, 0}[random.nextInt(6)]);
            }
        }
        return Octets.of(octets);
    }
}
