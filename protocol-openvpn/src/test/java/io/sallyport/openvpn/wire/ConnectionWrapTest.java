package io.sallyport.openvpn.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.openvpn.wire.ControlPacket.Control;
import io.sallyport.openvpn.wire.ControlPacket.HardResetClientV2;
import io.sallyport.openvpn.wire.ControlPacket.SoftReset;
import io.sallyport.openvpn.wire.ControlWrap.Unwrapped;
import io.sallyport.openvpn.wire.WireException.Fault;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One connection, from its first packet to a renegotiation under a key of its own, with whatever stands around it. */
class ConnectionWrapTest {
    private static final long NOW = 1_800_000_000L;
    private static final OvpnSessionId ID = new OvpnSessionId(77);
    private static final HardResetClientV2 RESET = new HardResetClientV2(ID, Acks.NONE, 0, Octets.EMPTY);
    private static final SoftReset SOFT_RESET = new SoftReset(1, ID, Acks.NONE, 0, Octets.EMPTY);
    private static final Control OF_FIRST_KEY = new Control(0, ID, Acks.NONE, 7, Octets.fromHex("16"));

    record Keys(String name, ServerKeys server, @Nullable WrapKey client) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Keys> keys() throws WireException {
        StaticKey key = StaticKey.parse(TlsCryptTest.KEY);
        ServerKeyV2 own = ServerKeyV2.parse(V2Samples.SERVER_KEY);
        return Stream.of(
                new Keys("none", ServerKeys.NONE, null),
                new Keys("tls-crypt", ServerKeys.tlsCrypt(key), new WrapKey.ForTlsCrypt(key)),
                new Keys(
                        "tls-auth",
                        new ServerKeys(new WrapKey.ForTlsAuth(key, HmacDigest.SHA256, KeyDirection.NORMAL), null, 0),
                        new WrapKey.ForTlsAuth(key, HmacDigest.SHA256, KeyDirection.INVERSE)),
                new Keys("tls-crypt-v2", new ServerKeys(null, own, 0), ClientKeyV2.parse(V2Samples.CLIENT_KEY)));
    }

    private static ByteBuf wrapped(ConnectionWrap by, ControlPacket packet) {
        ByteBuf out = Unpooled.buffer();
        by.wrap(packet, out);
        return out;
    }

    private static Secret exported() {
        byte[] octets = new byte[256];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = (byte) (i * 7);
        }
        return Secret.taking(octets);
    }

    @ParameterizedTest
    @MethodSource("keys")
    void renegotiationsAreUnderTheirOwnKeyAndTheFirstKeyKeepsItsWrap(Keys keys) throws WireException {
        ConnectionWrap client = ConnectionWrap.ofClient(keys.client(), NOW);
        ServerWraps wraps = new ServerWraps(keys.server());
        ServerWraps.First first = wraps.first(wrapped(client, RESET), NOW);
        ConnectionWrap server = first.connection(NOW, 0);
        assertThat(server.isNew(first.unwrapped())).isTrue();
        ByteBuf before = wrapped(client, SOFT_RESET);
        assertThat(server.unwrap(before.duplicate()).packet()).isEqualTo(SOFT_RESET);

        client.protectRenegotiations(exported(), NOW);
        server.protectRenegotiations(exported(), NOW);

        // Under the new key, numbered anew, both ways.
        Unwrapped up = server.unwrap(wrapped(client, SOFT_RESET));
        assertThat(up).isEqualTo(new Unwrapped(SOFT_RESET, new ReplayId(NOW, 1)));
        assertThat(server.isNew(up)).isTrue();
        assertThat(server.isNew(up)).isFalse();
        Unwrapped down = client.unwrap(wrapped(server, SOFT_RESET));
        assertThat(down).isEqualTo(new Unwrapped(SOFT_RESET, new ReplayId(NOW, 1)));
        assertThat(client.isNew(down)).isTrue();
        // What was under the old wrap is not taken any more, but for the first key.
        assertThatExceptionOfType(WireException.class).isThrownBy(() -> server.unwrap(before));
        Unwrapped old = server.unwrap(wrapped(client, OF_FIRST_KEY));
        assertThat(old.packet()).isEqualTo(OF_FIRST_KEY);
        assertThat(server.isNew(old)).isTrue();
        server.close();
        client.close();
    }

    @ParameterizedTest
    @MethodSource("keys")
    void theStaticKeyIsPartOfTheRenegotiationsKey(Keys keys) throws WireException {
        ConnectionWrap client = ConnectionWrap.ofClient(keys.client(), NOW);
        client.protectRenegotiations(exported(), NOW);
        ByteBuf packet = wrapped(client, SOFT_RESET);
        // What openvpn does: the exported octets XOR those of the static key, and tls-crypt under the result.
        byte[] mixed = exported().expose().clone();
        if (keys.client() != null) {
            byte[] octets = switch (keys.client()) {
                case WrapKey.Shared shared -> shared.key().octets().expose();
                case ClientKeyV2 own -> own.key().octets().expose();
            };
            for (int i = 0; i < mixed.length; i++) {
                mixed[i] ^= octets[i];
            }
        }
        TlsCrypt expected = new TlsCrypt(new StaticKey(Secret.taking(mixed)), TlsCrypt.End.SERVER);
        assertThat(expected.unwrap(packet.duplicate()).packet()).isEqualTo(SOFT_RESET);
        TlsCrypt exportedOnly = new TlsCrypt(new StaticKey(exported()), TlsCrypt.End.SERVER);
        if (keys.client() != null) {
            assertThatExceptionOfType(WireException.class)
                    .isThrownBy(() -> exportedOnly.unwrap(packet))
                    .extracting(WireException::fault)
                    .isEqualTo(Fault.NOT_AUTHENTIC);
        }
    }

    @ParameterizedTest
    @MethodSource("keys")
    void oneConnectionsEndIsNotAnothers(Keys keys) throws WireException {
        ServerWraps wraps = new ServerWraps(keys.server());
        wraps.first(wrapped(ConnectionWrap.ofClient(keys.client(), NOW), RESET), NOW)
                .connection(NOW, 0)
                .close();
        ConnectionWrap client = ConnectionWrap.ofClient(keys.client(), NOW);
        assertThat(wraps.first(wrapped(client, RESET), NOW).packet()).isEqualTo(RESET);
    }
}
