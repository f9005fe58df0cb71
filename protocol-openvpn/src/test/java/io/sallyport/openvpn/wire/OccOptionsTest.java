package io.sallyport.openvpn.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OccOptionsTest {
    @Test
    void readsWhatAnEndSays() {
        OccOptions options = OccOptions.parse(
                "V4,dev-type tun,link-mtu 1549,tun-mtu 1500,proto UDPv4,cipher AES-256-GCM,auth [null-digest],keysize 256,key-method 2,tls-client");
        assertThat(options.value("cipher")).isEqualTo("AES-256-GCM");
        assertThat(options.value("tun-mtu")).isEqualTo("1500");
        assertThat(options.value("mtu")).isEmpty();
        assertThat(options.compresses()).isFalse();
        assertThat(options.isTap()).isFalse();
    }

    @Test
    void seesCompressionAndTap() {
        assertThat(OccOptions.parse("V4,dev-type tap,comp-lzo").compresses()).isTrue();
        assertThat(OccOptions.parse("V4,dev-type tap,comp-lzo").isTap()).isTrue();
    }

    @Test
    void composesWhatItReads() {
        OccOptions ours = OccOptions.of("UDPv4", DataCipher.AES_128_GCM, 1500, true);
        assertThat(OccOptions.parse(ours.toText())).isEqualTo(ours);
        assertThat(ours.toText())
                .startsWith("V4,dev-type tun,")
                .contains("keysize 128")
                .endsWith("tls-server");
    }

    @Test
    void readsOnlySoManyWordsAndOnlyPrintableOnes() {
        assertThat(OccOptions.parse("a,".repeat(1000)).words()).hasSize(64);
        assertThat(OccOptions.parse("V4,\u0001,tls-client").words()).containsExactly("V4", "tls-client");
    }
}
