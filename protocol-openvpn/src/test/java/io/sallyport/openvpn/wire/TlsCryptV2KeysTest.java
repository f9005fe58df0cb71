package io.sallyport.openvpn.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Octets;
import io.sallyport.openvpn.wire.KeyMetadata.Timestamp;
import io.sallyport.openvpn.wire.KeyMetadata.User;
import io.sallyport.openvpn.wire.WireException.Fault;
import io.sallyport.openvpn.wire.WrappedKey.Opened;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsCryptV2KeysTest {
    private static final List<KeyMetadata> METADATA = List.of(
            new KeyMetadata.None(),
            new User(Octets.EMPTY),
            new User(Octets.of(new byte[733])),
            new Timestamp(-1),
            new KeyMetadata.Other(7, Octets.of((byte) 1)));

    private final WrapCrypto crypto = new WrapCrypto();
    private final ServerKeyV2 server;

    TlsCryptV2KeysTest() throws WireException {
        server = ServerKeyV2.parse(V2Samples.SERVER_KEY);
    }

    private Opened open(Octets wrapped) throws WireException {
        return WrappedKey.open(Unpooled.wrappedBuffer(wrapped.toByteArray()), server, crypto);
    }

    @Test
    void readsAndWritesTheFilesOfOpenVpn() throws WireException {
        assertThat(server.toText()).isEqualTo(V2Samples.SERVER_KEY);
        assertThat(ServerKeyV2.parse("comment\n" + V2Samples.SERVER_KEY.replace("\n", "\r\n"))
                        .toText())
                .isEqualTo(V2Samples.SERVER_KEY);
        for (String text : List.of(V2Samples.CLIENT_KEY, V2Samples.USERS_CLIENT_KEY)) {
            assertThat(ClientKeyV2.parse(text).toText()).isEqualTo(text);
        }
        assertThat(server.toString() + ClientKeyV2.parse(V2Samples.CLIENT_KEY).key())
                .contains("***")
                .doesNotContain("XsXj", "SQ3N");
    }

    @Test
    void opensWhatOpenVpnWrapped() throws WireException {
        ClientKeyV2 dated = ClientKeyV2.parse(V2Samples.CLIENT_KEY);
        Opened opened = open(dated.wrapped());
        assertThat(opened.key().octets().matches(dated.key().octets().expose())).isTrue();
        assertThat(opened.metadata())
                .isInstanceOfSatisfying(
                        Timestamp.class, made -> assertThat(made.seconds()).isBetween(1_700_000_000L, 2_000_000_000L));
        Opened named = open(ClientKeyV2.parse(V2Samples.USERS_CLIENT_KEY).wrapped());
        assertThat(named.metadata()).isEqualTo(new User(Octets.of("alice".getBytes(StandardCharsets.US_ASCII))));
        assertThat(named.metadata().toString()).isEqualTo("User[***]");
    }

    @Test
    void wrapsAsOpenVpnDoes() throws WireException {
        for (String text : List.of(V2Samples.CLIENT_KEY, V2Samples.USERS_CLIENT_KEY)) {
            ClientKeyV2 client = ClientKeyV2.parse(text);
            KeyMetadata metadata = open(client.wrapped()).metadata();
            assertThat(server.wrap(client.key(), metadata).toText()).isEqualTo(text);
        }
    }

    @Test
    void carriesEveryMetadata() throws WireException {
        StaticKey key = StaticKey.parse(TlsCryptTest.KEY);
        for (KeyMetadata metadata : METADATA) {
            assertThat(open(WrappedKey.seal(server, key, metadata, crypto)).metadata())
                    .isEqualTo(metadata);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> server.wrap(key, new User(Octets.of(new byte[734]))))
                .withMessage("a wrapped client key of 1025 octets");
    }

    @Test
    void refusesEveryChangedOctet() throws WireException {
        byte[] wrapped = ClientKeyV2.parse(V2Samples.CLIENT_KEY).wrapped().toByteArray();
        // The last two are the length, which the packet's reader checks.
        for (int at = 0; at < wrapped.length - 2; at++) {
            byte[] changed = wrapped.clone();
            changed[at] ^= 1;
            assertThatExceptionOfType(WireException.class)
                    .as("octet %d", at)
                    .isThrownBy(() -> open(Octets.of(changed)))
                    .extracting(WireException::fault)
                    .isEqualTo(Fault.NOT_AUTHENTIC);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-----BEGIN OpenVPN tls-crypt-v2 server key-----, '', MALFORMED",
        "-----END OpenVPN tls-crypt-v2 server key-----, '', MALFORMED",
        "server key, client key, MALFORMED",
        "XsXj, XsX*, MALFORMED",
        "XsXj, '', TRUNCATED",
        "XsXj, XsXjXsXj, TRUNCATED"
    })
    void refusesServerKeys(String replaced, String by, Fault fault) {
        assertThatExceptionOfType(WireException.class)
                .isThrownBy(() -> ServerKeyV2.parse(V2Samples.SERVER_KEY.replace(replaced, by)))
                .extracting(WireException::fault)
                .isEqualTo(fault);
    }

    @Test
    void refusesClientKeysOfImpossibleLengths() throws WireException {
        String name = "OpenVPN tls-crypt-v2 client key";
        for (int length : new int[] {0, 256, 256 + 289, 256 + 1025}) {
            assertThatExceptionOfType(WireException.class)
                    .isThrownBy(() -> ClientKeyV2.parse(PemKey.text(name, new byte[length])))
                    .extracting(WireException::fault)
                    .isEqualTo(Fault.TRUNCATED);
        }
        assertThat(ClientKeyV2.parse(PemKey.text(name, new byte[256 + 290]))
                        .wrapped()
                        .length())
                .isEqualTo(290);
    }
}
