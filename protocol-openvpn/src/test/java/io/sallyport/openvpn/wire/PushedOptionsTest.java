package io.sallyport.openvpn.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PushedOptionsTest {
    private static final PeerInfo CLIENT_2_6 = PeerInfo.parse("""
            IV_VER=2.6.14
            IV_PLAT=linux
            IV_MTU=1600
            IV_NCP=2
            IV_CIPHERS=AES-256-GCM:AES-128-GCM:CHACHA20-POLY1305
            IV_PROTO=990
            """);
    private static final PeerInfo CLIENT_2_4 = PeerInfo.parse("IV_VER=2.4.9\nIV_PROTO=2\nIV_NCP=2\n");

    @Test
    void pushesAddressesRoutesAndDns() {
        PushReply reply = new PushedOptions(CLIENT_2_6)
                .ipv4((Inet4Address) ip("10.20.0.5"), 16, (Inet4Address) ip("10.20.0.1"))
                .ipv6((Inet6Address) ip("fd00::5"), 64, (Inet6Address) ip("fd00::1"))
                .route(ip("192.168.0.0"), 22)
                .route(ip("2001:db8::"), 32)
                .route(ip("0.0.0.0"), 0)
                .dns(ip("10.20.0.1"))
                .dns(ip("fd00::1"))
                .domain("corp.example")
                .ping(10, 60)
                .tunMtu(1500)
                .reply();
        assertThat(reply.options())
                .containsExactly(
                        "topology subnet",
                        "ifconfig 10.20.0.5 255.255.0.0",
                        "route-gateway 10.20.0.1",
                        "ifconfig-ipv6 fd00:0:0:0:0:0:0:5/64 fd00:0:0:0:0:0:0:1",
                        "route 192.168.0.0 255.255.252.0",
                        "route-ipv6 2001:db8:0:0:0:0:0:0/32",
                        "route 0.0.0.0 0.0.0.0",
                        "dhcp-option DNS 10.20.0.1",
                        "dhcp-option DNS6 fd00:0:0:0:0:0:0:1",
                        "dhcp-option DOMAIN corp.example",
                        "ping 10",
                        "ping-restart 60",
                        "tun-mtu 1500");
    }

    @Test
    void aClientOfTodayGetsProtocolFlags() {
        assertThat(new PushedOptions(CLIENT_2_6)
                        .dataChannel(DataCipher.AES_256_GCM, 70000, true)
                        .reply()
                        .options())
                .containsExactly("cipher AES-256-GCM", "peer-id 70000", "protocol-flags cc-exit tls-ekm dyn-tls-crypt");
    }

    @Test
    void theEpochFormatIsForWhoAnnouncesItAndAllThatItNeeds() {
        int all = PeerInfo.PROTO_DATA_EPOCH
                | PeerInfo.PROTO_CC_EXIT_NOTIFY
                | PeerInfo.PROTO_TLS_KEY_EXPORT
                | PeerInfo.PROTO_DATA_V2;
        PeerInfo client = new PeerInfo(Map.of("IV_PROTO", Integer.toString(all)));
        assertThat(PushedOptions.format(client)).isEqualTo(DataFormat.EPOCH);
        assertThat(new PushedOptions(client)
                        .dataChannel(DataCipher.AES_256_GCM, 1, true, DataFormat.EPOCH)
                        .reply()
                        .options())
                .contains("protocol-flags cc-exit tls-ekm aead-epoch");
        for (int bit = 1; bit <= all; bit <<= 1) {
            if ((all & bit) != 0) {
                PeerInfo lacking = new PeerInfo(Map.of("IV_PROTO", Integer.toString(all & ~bit)));
                assertThat(PushedOptions.format(lacking)).isEqualTo(DataFormat.PACKET_ID);
            }
        }
        assertThat(PushedOptions.format(CLIENT_2_6)).isEqualTo(DataFormat.PACKET_ID);
    }

    @Test
    void aClientWithoutProtocolFlagsGetsKeyDerivation() {
        PeerInfo client = new PeerInfo(Map.of("IV_PROTO", "14", "IV_NCP", "2"));
        assertThat(new PushedOptions(client)
                        .dataChannel(DataCipher.AES_128_GCM, 1, true)
                        .reply()
                        .options())
                .containsExactly("cipher AES-128-GCM", "peer-id 1", "key-derivation tls-ekm");
    }

    @Test
    void aClientThatOnlyKnowsDynamicTlsCryptIsToldThatOnly() {
        PeerInfo client = new PeerInfo(Map.of("IV_PROTO", Integer.toString(1 << 9)));
        assertThat(new PushedOptions(client)
                        .dataChannel(DataCipher.AES_128_GCM, 1, true)
                        .reply()
                        .options())
                .containsExactly("key-derivation tls-ekm", "protocol-flags dyn-tls-crypt");
    }

    @Test
    void anOldClientGetsNeither() {
        PushReply reply = new PushedOptions(CLIENT_2_4)
                .tunMtu(1400)
                .dataChannel(DataCipher.AES_256_GCM, 1, false)
                .reply();
        assertThat(reply.options()).containsExactly("cipher AES-256-GCM", "peer-id 1");
        assertThat(new PushedOptions(PeerInfo.NONE)
                        .dataChannel(DataCipher.AES_256_GCM, 1, false)
                        .reply()
                        .options())
                .as("it negotiates none")
                .isEmpty();
    }

    @Test
    void refusesOptionsThatWouldBeTwo() {
        PushedOptions options = new PushedOptions(CLIENT_2_6);
        assertThatIllegalArgumentException().isThrownBy(() -> options.option("a,b"));
        assertThatIllegalArgumentException().isThrownBy(() -> options.domain("a\nb"));
    }

    @Test
    void writesTokensInHexadecimal() {
        assertThat(new PushedOptions(CLIENT_2_6).authToken("00ff").reply().options())
                .containsExactly("auth-token 00ff");
    }

    @Test
    void choosesTheFirstOfOursThatTheClientSpeaks() {
        List<DataCipher> ours = List.of(DataCipher.CHACHA20_POLY1305, DataCipher.AES_128_GCM, DataCipher.AES_256_GCM);
        OccOptions none = OccOptions.parse("V4");
        assertThat(PushedOptions.choose(ours, CLIENT_2_6, none)).isEqualTo(DataCipher.CHACHA20_POLY1305);
        assertThat(PushedOptions.choose(ours, CLIENT_2_4, none)).isEqualTo(DataCipher.AES_128_GCM);
        assertThat(PushedOptions.choose(ours, PeerInfo.NONE, OccOptions.parse("V4,cipher aes-256-gcm")))
                .isEqualTo(DataCipher.AES_256_GCM);
        assertThat(PushedOptions.choose(ours, PeerInfo.NONE, OccOptions.parse("V4,cipher AES-256-CBC")))
                .isNull();
    }

    private static InetAddress ip(String literal) {
        return InetAddress.ofLiteral(literal);
    }
}
