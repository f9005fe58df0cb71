package io.sallyport.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.daemon.config.ConfigReader.Reading;
import io.sallyport.daemon.config.GatewayConfig.ControlProtection;
import io.sallyport.daemon.config.GatewayConfig.Device;
import io.sallyport.daemon.config.GatewayConfig.Require;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigReaderTest {
    private static final String GOOD = """
            gateway:
              name: vpn.example.test
              sku: unlimited
              state: ./state
              certificate: { chain: pki/server.crt, key: pki/server.key }
            listen:
              tls: ["0.0.0.0:443", "[::]:443"]
              openvpn: ["0.0.0.0:1194"]
              ike: ["0.0.0.0"]
            protocols:
              sstp: { enabled: false }
              openvpn: { enabled: true, tls-crypt: pki/tls-crypt.key, require: both }
              ikev2: { enabled: false }
            addresses:
              pools: [172.16.201.0/24]
              dns: [10.0.0.53]
              dns-domain: corp.example.test
              routes: [10.20.0.0/16]
            auth:
              methods: [certificate, local]
              certificate: { roots: [pki/ca.crt], revoked: [] }
              local: { users: users.yaml }
              radius:
                servers: [{ address: "10.0.0.10:1812", secret-file: radius.secret }]
                timeout: 30s
            network:
              tun: { name: sally0, mtu: 1400 }
              masquerade: false
              ip-forward: auto
            log: { format: json, level: debug }
            drain: 5m
            metrics:
              prometheus: "127.0.0.1:9464"
            """;

    @TempDir
    Path directory;

    @Test
    void readsTheWholeSample() throws IOException {
        Reading reading = read(GOOD);
        assertThat(reading.findings()).isEmpty();
        GatewayConfig config = Objects.requireNonNull(reading.config());
        assertThat(config.gateway().state()).isEqualTo(directory.resolve("state"));
        assertThat(config.listen().tls().get(1).getAddress().getHostAddress()).isEqualTo("0:0:0:0:0:0:0:0");
        assertThat(config.protocols().openvpn().require()).isEqualTo(Require.BOTH);
        assertThat(config.protocols().openvpn().control())
                .isEqualTo(new ControlProtection.TlsCrypt(directory.resolve("pki/tls-crypt.key")));
        assertThat(config.network().device()).isEqualTo(new Device.Tun("sally0", 1400));
        assertThat(config.drain()).isEqualTo(Duration.ofMinutes(5));
        assertThat(config.auth().radius().servers()).hasSize(1);
        assertThat(config.addresses().isolation()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tls-auth: a.key | TlsAuth[key=a.key, digest=SHA1, direction=0]",
                "tls-auth: a.key, tls-auth-digest: sha512, tls-auth-direction: none | TlsAuth[key=a.key, digest=SHA512, direction=none]",
                "tls-crypt-v2: v2.key | TlsCryptV2[key=v2.key, maxAge=PT0S, others=None[]]",
                "tls-crypt-v2: v2.key, tls-crypt-v2-max-age: 365d, tls-crypt: c.key | TlsCryptV2[key=v2.key, maxAge=PT8760H, others=TlsCrypt[key=c.key]]",
                "none: true | None[]"
            })
    void readsWhatStandsAroundTheControlChannel(String keys, String expected) throws IOException {
        Reading reading = read(GOOD.replace("tls-crypt: pki/tls-crypt.key", keys));
        assertThat(reading.findings()).isEmpty();
        ControlProtection control =
                Objects.requireNonNull(reading.config()).protocols().openvpn().control();
        assertThat(control.toString().replace(directory + "/", "")).isEqualTo(expected);
    }

    /** One replacement in the good file, and the only finding. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "  name: vpn | nane: vpn | 2:3: 'name' in 'gateway' is missing; for example 'name: vpn.example.test'",
                "masquerade: false | masqerade: false | 28:3: unknown key 'masqerade' in 'network'; did you mean 'masquerade'?",
                "drain: 5m | drain: 30 | 31:8: drain: '30' is not a duration; add a unit, such as 30s",
                "drain: 5m | drain: 5 parsecs | 31:8: drain: '5 parsecs' is not a duration; write it as 30s, 5m or 1h",
                "drain: 5m | sessions: { same-user: fight } | 31:24: sessions.same-user: 'fight' is not one of allow, replace",
                "drain: 5m | sessions: { per-user: -1 } | 31:23: sessions.per-user: '-1' is not a number from 1 to 1000000",
                "drain: 5m | sessions: { idletimeout: 5m } | 31:13: unknown key 'idletimeout' in 'sessions'; did you mean 'idle-timeout'?",
                "sku: unlimited | sku: VpnGw9 | 3:8: gateway.sku: 'VpnGw9' is not one of unlimited, Basic, VpnGw1, VpnGw2, VpnGw3, VpnGw4, VpnGw5",
                "sku: unlimited | sku: VpnGw1 | 3:8: warning: a SKU's throughput is not limited yet, its number of sessions is",
                "sku: unlimited | sku: Basic | 3:8: warning: a SKU's throughput is not limited yet, its number of sessions is: 'Basic' has none for OpenVPN, so no client gets in by it; use VpnGw1 or more",
                "0.0.0.0:1194 | 0.0.0.0:65536 | 8:13: listen.openvpn[0]: port '65536' is not a number from 1 to 65535",
                "0.0.0.0:1194 | 0.0.0.0 | 8:13: listen.openvpn[0]: '0.0.0.0' has no port; write \"0.0.0.0:PORT\"",
                "\"[::]:443\" | \"10.0.0.1:443\" | 7:24: listen.tls has 10.0.0.1:443 twice or under 0.0.0.0:443; keep one",
                "172.16.201.0/24 | 172.16.201.1/24 | 15:11: addresses.pools[0]: 172.16.201.1/24 has host bits set; write 172.16.201.0/24",
                "172.16.201.0/24 | 172.16.201.0/30 | 15:11: addresses.pools[0]: 172.16.201.0/30 is too small; a pool is /29 or larger",
                "10.20.0.0/16 | 172.16.0.0/12 | 18:12: route 172.16.0.0/12 overlaps pool 172.16.201.0/24; clients' addresses must lie outside of what they reach",
                "10.20.0.0/16 | 10.20.0.0 | 18:12: addresses.routes[0]: '10.20.0.0' has no prefix length; write it as 10.20.0.0/24",
                "[10.0.0.53] | 10.0.0.53 | 16:8: addresses.dns is a list; write [10.0.0.53]",
                "[10.0.0.53] | [10.1] | 16:9: addresses.dns[0]: '10.1' is not an IP address such as 10.0.0.53 or 2001:db8::53",
                "revoked: [] | revoked: [abc] | 21:49: auth.certificate.revoked[0]: 'abc' is not a thumbprint; write the 40 hexadecimal digits of SHA-1 or the 64 of SHA-256 (see 'sallyport cert list')",
                "ip-forward: auto | ip-forward: false | 29:15: warning: return traffic has no way back: masquerade is false and forwarding is off; set ip-forward: auto, and route the pools to this host or set masquerade: true",
                "tls-crypt: pki | tls-auth: a.key, tls-crypt: pki | 12:39: protocols.openvpn has tls-crypt and tls-auth; keep one (tls-crypt-v2 may stand beside tls-crypt or tls-auth)",
                "tls-crypt: pki | none: true, tls-crypt-v2: v2.key, x: pki | 12:55: protocols.openvpn has none and tls-crypt-v2; keep one (tls-crypt-v2 may stand beside tls-crypt or tls-auth)",
                "tls-crypt: pki | tls-auth-digest: MD5, tls-auth: pki | 12:46: protocols.openvpn.tls-auth-digest: 'MD5' is not one of sha1, sha256, sha512",
                "tls-crypt: pki | tls-auth-direction: 2, tls-auth: pki | 12:49: protocols.openvpn.tls-auth-direction: '2' is not one of 0, 1, none",
                "tls-crypt: pki | tls-auth-direction: 0, tls-crypt: pki | 12:49: tls-auth-direction means nothing without tls-auth; remove it",
                "tls-crypt: pki | tls-crypt-v2-max-age: 30d, tls-crypt: pki | 12:51: tls-crypt-v2-max-age means nothing without tls-crypt-v2; remove it",
                "tls-crypt: pki | tls-crypt-v2-max-age: 30s, tls-crypt-v2: pki | 12:51: protocols.openvpn.tls-crypt-v2-max-age: '30s' is not within 24h to 876000h",
                "[certificate, local] | [local] | 12:68: require wants certificates; add certificate to auth.methods",
                "drain: 5m | log: {} | 31:1: 'log' is here twice, first in line 30; keep one",
                "drain: 5m | drain: *x | 31:8: aliases are not supported; write the value out",
                "enabled: true | enabled: yes | 12:23: protocols.openvpn.enabled: 'yes' is neither true nor false",
                "mtu: 1400 | mtu: 100 | 27:29: network.tun.mtu: '100' is not a number from 576 to 1920",
                "mtu: 1400 | mtu: 9000 | 27:29: network.tun.mtu: '9000' is not a number from 576 to 1920",
                "tun: { name: sally0, mtu: 1400 } | memory: { mtu: 2000 } | 27:18: network.memory.mtu: '2000' is not a number from 576 to 1920",
                "name: sally0 | name: ../x | 27:16: network.tun.name: '../x' is not a device name: 1 to 15 letters, digits, '_', '-' or '.', the last two not at the beginning",
                "name: sally0 | name: -x | 27:16: network.tun.name: '-x' is not a device name: 1 to 15 letters, digits, '_', '-' or '.', the last two not at the beginning"
            })
    void saysWhatIsWrongAndWhatWouldBeRight(String good, String bad, String expected) throws IOException {
        assertThat(GOOD).contains(good);
        Reading reading = read(GOOD.replace(good, bad));
        assertThat(reading.findings()).isNotEmpty();
        assertThat(reading.findings().getFirst().toString())
                .startsWith(directory.resolve("gateway.yaml") + ":" + expected);
        assertThat(reading.config() == null).isEqualTo(!expected.contains("warning: "));
    }

    @Test
    void rulesForSessionsAreReadAndHaveDefaults() throws IOException {
        GatewayConfig usual = Objects.requireNonNull(read(GOOD).config());
        assertThat(usual.sessions())
                .isEqualTo(
                        new GatewayConfig.SessionRules(GatewayConfig.SameUser.ALLOW, 0, Duration.ZERO, Duration.ZERO));
        GatewayConfig set = Objects.requireNonNull(
                read(GOOD + "sessions: { same-user: replace, per-user: 2, timeout: 8h, idle-timeout: 10m }\n")
                        .config());
        assertThat(set.sessions())
                .isEqualTo(new GatewayConfig.SessionRules(
                        GatewayConfig.SameUser.REPLACE, 2, Duration.ofHours(8), Duration.ofMinutes(10)));
    }

    @Test
    void stateDirectoryIsFoundInAFileWithMistakes() throws IOException {
        read(GOOD.replace("drain: 5m", "drain: soon").replace("state: ./state", "state: ./elsewhere"));
        assertThat(ConfigReader.state(directory.resolve("gateway.yaml"))).isEqualTo(directory.resolve("elsewhere"));
        read("{");
        assertThat(ConfigReader.state(directory.resolve("gateway.yaml"))).isEqualTo(directory.resolve("state"));
    }

    @Test
    void tellsAllMistakesAtOnceInTheFilesOrder() throws IOException {
        Reading reading = read(GOOD.replace("vpn.example.test", "not a name")
                .replace("0.0.0.0:1194", "nowhere")
                .replace("drain: 5m", "drain: soon"));
        assertThat(reading.findings())
                .extracting(finding -> finding.position().line())
                .containsExactly(2, 8, 31);
    }

    /** A warning for each IPv6 route, and then a mistake in what is read later. */
    @Test
    void noNumberOfWarningsHidesAMistake() throws IOException {
        String routes = IntStream.range(0, 205)
                .mapToObj(i -> "\"2001:db8:" + Integer.toHexString(i) + "::/48\"")
                .collect(Collectors.joining(", "));
        Reading reading = read(GOOD.replace("10.20.0.0/16", routes).replace("drain: 5m", "drain: soon"));
        assertThat(reading.config()).isNull();
        assertThat(reading.mistakes()).singleElement().asString().contains("drain: 'soon' is not a duration");
        assertThat(reading.warnings().getLast().text()).isEqualTo("there are 6 more warnings than these");
        assertThat(reading.warnings()).hasSize(Findings.LIMIT + 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "[1, 2]",
                "\t",
                "{",
                "gateway: [",
                "? : :",
                "&a *a",
                "a: !!java.net.URL x",
                "---\n---\n",
                "\u0000"
            })
    void nonsenseIsAFindingAndNeverAnException(String text) throws IOException {
        Reading reading = read(text);
        assertThat(reading.config()).isNull();
        assertThat(reading.mistakes()).isNotEmpty();
    }

    @Test
    void everyTruncationIsReadWithoutAnException() throws IOException {
        for (int length = 0; length < GOOD.length(); length += 7) {
            Reading reading = read(GOOD.substring(0, length));
            assertThat(reading.config() == null).isEqualTo(!reading.mistakes().isEmpty());
        }
    }

    @Test
    void missingFileIsAFinding() {
        Reading reading = ConfigReader.read(directory.resolve("none.yaml"));
        assertThat(reading.mistakes().getFirst().text()).startsWith("there is no such file");
    }

    private Reading read(String text) throws IOException {
        Path file = directory.resolve("gateway.yaml");
        Files.writeString(file, text);
        return ConfigReader.read(file);
    }
}
