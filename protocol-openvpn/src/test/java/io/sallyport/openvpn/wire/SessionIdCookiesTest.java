package io.sallyport.openvpn.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.octets.Secret;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class SessionIdCookiesTest {
    private static final OvpnSessionId CLIENT = new OvpnSessionId(0x0102030405060708L);
    private static final InetSocketAddress FROM = address("192.0.2.1", 1194);
    private static final long NOW = 1_000_000;

    private final SessionIdCookies cookies = new SessionIdCookies(Secret.taking(new byte[32]));

    @Test
    void knowsItsOwnForThreeSlots() {
        OvpnSessionId id = cookies.create(5, CLIENT, FROM, NOW);
        long slotStart = NOW - NOW % SessionIdCookies.SLOT_SECONDS;
        assertThat(cookies.isValid(id, CLIENT, FROM, NOW)).isTrue();
        assertThat(cookies.isValid(id, CLIENT, FROM, slotStart + 3 * SessionIdCookies.SLOT_SECONDS - 1))
                .isTrue();
        assertThat(cookies.isValid(id, CLIENT, FROM, slotStart + 3 * SessionIdCookies.SLOT_SECONDS))
                .isFalse();
        assertThat(cookies.isValid(id, CLIENT, FROM, slotStart - 1)).isFalse();
    }

    @Test
    void isBoundToClientAddressPortWorkerAndKey() {
        OvpnSessionId id = cookies.create(5, CLIENT, FROM, NOW);
        assertThat(cookies.isValid(id, new OvpnSessionId(CLIENT.value() + 1), FROM, NOW))
                .isFalse();
        assertThat(cookies.isValid(id, CLIENT, address("192.0.2.2", 1194), NOW)).isFalse();
        assertThat(cookies.isValid(id, CLIENT, address("192.0.2.1", 1195), NOW)).isFalse();
        assertThat(cookies.isValid(new OvpnSessionId(id.value() ^ 1L << 58), CLIENT, FROM, NOW))
                .isFalse();
        assertThat(cookies.isValid(new OvpnSessionId(id.value() ^ 1), CLIENT, FROM, NOW))
                .isFalse();
        byte[] otherKey = new byte[32];
        otherKey[31] = 1;
        assertThat(new SessionIdCookies(Secret.taking(otherKey)).isValid(id, CLIENT, FROM, NOW))
                .isFalse();
    }

    @Test
    void namesTheWorker() {
        for (int worker = 0; worker < 64; worker++) {
            assertThat(SessionIdCookies.worker(cookies.create(worker, CLIENT, FROM, NOW)))
                    .isEqualTo(worker);
            assertThat(SessionIdCookies.worker(SessionIdCookies.ofRandom(worker, -1L)))
                    .isEqualTo(worker);
            assertThat(SessionIdCookies.worker(SessionIdCookies.ofRandom(worker, 0)))
                    .isEqualTo(worker);
        }
    }

    @Test
    void worksForIpv6() {
        InetSocketAddress from = address("2001:db8::1", 443);
        assertThat(cookies.isValid(cookies.create(0, CLIENT, from, NOW), CLIENT, from, NOW))
                .isTrue();
    }

    private static InetSocketAddress address(String literal, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(literal), port);
    }
}
