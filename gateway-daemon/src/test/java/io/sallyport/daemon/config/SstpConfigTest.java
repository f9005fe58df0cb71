package io.sallyport.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.daemon.config.ConfigReader.Reading;
import io.sallyport.daemon.config.Sstp.Authentication;
import io.sallyport.sstp.server.SstpSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SstpConfigTest {
    private static final String SHA1 = "c".repeat(40);
    private static final String SHA256 = "d".repeat(64);
    private static final String GOOD = """
            gateway: { name: vpn.example.test, certificate: { chain: pki/server.crt, key: pki/server.key } }
            listen: { tls: ["0.0.0.0:443"] }
            protocols: { sstp: { enabled: true }, openvpn: { enabled: false } }
            addresses: { pools: [172.16.201.0/24] }
            auth: { methods: [certificate, local], certificate: { roots: [ca.crt] }, local: { users: u.yaml } }
            """;

    @TempDir
    Path directory;

    @Test
    void authenticationIsWhatTheMethodsAllowAndNeverPapByItself() throws IOException {
        assertThat(sstp(GOOD).authentication()).containsExactly(Authentication.MS_CHAP_V2, Authentication.EAP);
        assertThat(sstp(GOOD.replace("certificate, local", "certificate")).authentication())
                .containsExactly(Authentication.EAP);
        assertThat(sstp(GOOD.replace("enabled: true", "enabled: true, require: certificate"))
                        .authentication())
                .containsExactly(Authentication.EAP);
        assertThat(sstp(GOOD).allowSha1()).isTrue();
    }

    @Test
    void withoutTheKeyItIsOff() throws IOException {
        Reading reading = read(GOOD.replace("sstp: { enabled: true }, openvpn: { enabled: false }", ""));
        assertThat(Objects.requireNonNull(reading.config()).protocols().sstp().enabled())
                .isFalse();
    }

    @Test
    void terminatorIsReadWithItsCertificatesAndItsProxies() throws IOException {
        Reading reading = read(
                GOOD.replace("enabled: true", "enabled: true, terminator-certificates: [" + SHA1 + ", " + SHA256 + "]")
                        .replace(
                                "0.0.0.0:443\"]",
                                "0.0.0.0:443\"], tls-terminated: [\"127.0.0.1:8443\"], proxy-protocol: [10.0.0.0/24]"));
        assertThat(reading.findings()).isEmpty();
        GatewayConfig config = Objects.requireNonNull(reading.config());
        assertThat(config.protocols().sstp().terminatorCertificates()).containsExactly(SHA1, SHA256);
        assertThat(config.listen().tlsTerminated())
                .singleElement()
                .satisfies(at -> assertThat(at.getPort()).isEqualTo(8443));
        assertThat(config.listen().proxyProtocol()).hasToString("[10.0.0.0/24]");
    }

    /** One replacement in the good file, and the first finding. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "enabled: true | enabled: true, authentication: [chap] | 3:54: protocols.sstp.authentication[0]: 'chap' is not one of ms-chap-v2, eap, pap",
                "enabled: true | enabled: true, authentication: [eap, pap] | 3:53: warning: PAP gives the password to whoever the client takes for the gateway, and binds nothing to the tunnel; leave it out unless a client knows nothing else",
                "enabled: true | enabled: true, allow-sha1: maybe | 3:49: protocols.sstp.allow-sha1: 'maybe' is neither true nor false",
                "enabled: true | enabled: true, require: both | 3:46: protocols.sstp.require: 'both' is not one of any, certificate, password",
                "enabled: true | enabled: true, require: certificate, authentication: [ms-chap-v2, eap] | 3:75: certificates come by EAP alone; write [eap], or leave it out",
                "enabled: true | enabled: true, authentication: [ms-chap-v2] | 3:53: warning: certificates come by EAP, which is left out: nobody can use one",
                "openvpn: { enabled: false } | openvpn: { tls-crypt: t.key, require: both } | 3:20: warning: a password alone is enough here, though protocols.openvpn.require wants a certificate; write require: certificate, or require: password if that is meant",
                "tls: [\"0.0.0.0:443\"] | tls: [\"0.0.0.0:443\"], proxy-protocol: [\"0.0.0.0/0\"] | 2:49: any client could say that it is another one; name the proxies, as 10.0.0.7/32",
                "tls: [\"0.0.0.0:443\"] | openvpn: [\"0.0.0.0:1194\"] | 3:31: SSTP has nothing to listen on; write listen.tls: [\"0.0.0.0:443\"]",
                "tls: [\"0.0.0.0:443\"] | tls-terminated: [\"127.0.0.1:80\"] | 2:27: the crypto binding needs what the terminator shows; write its certificate's SHA-256 thumbprint to protocols.sstp.terminator-certificates",
                "tls: [\"0.0.0.0:443\"] | tls: [\"0.0.0.0:443\"], tls-terminated: [\"127.0.0.1:443\"] | 2:49: listen.tls-terminated and listen.tls share a port; change one",
                "enabled: true | enabled: true, terminator-certificates: [abc] | 3:63: protocols.sstp.terminator-certificates[0]: 'abc' is not a thumbprint; write the 40 hexadecimal digits of SHA-1 or the 64 of SHA-256 (see 'openssl x509 -noout -fingerprint -sha256 -in FILE')",
                "enabled: true | enabled: true, terminator-certificates: [cccccccccccccccccccccccccccccccccccccccc] | 3:62: warning: nothing uses them without listen.tls-terminated; name the addresses where the terminator connects, or remove them",
                "sstp: { enabled: true } | sstp: { enabled: false } | 3:60: warning: no protocol is enabled: nobody can connect"
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
    void passwordsNeedAMethodThatKnowsThem() throws IOException {
        Reading reading = read(GOOD.replace("certificate, local", "certificate")
                .replace("enabled: true", "enabled: true, authentication: [eap, ms-chap-v2]"));
        assertThat(reading.mistakes())
                .extracting(Finding::text)
                .containsExactly("MS-CHAPv2 and PAP need passwords; add local to auth.methods");
        Reading without = read(GOOD.replace("certificate, local", "certificate")
                .replace("enabled: true", "enabled: true, authentication: [ms-chap-v2]"));
        assertThat(without.mistakes()).extracting(Finding::text).containsExactly("certificates come by EAP; add eap");
    }

    @Test
    void deviceWithLargerPacketsThanSstpCarriesIsAWarning() throws IOException {
        String network = "network: { tun: { mtu: %d } }\n";
        assertThat(read(GOOD + network.formatted(SstpSettings.MAX_MRU)).findings())
                .isEmpty();
        Reading larger = read(GOOD + network.formatted(SstpSettings.MAX_MRU + 1));
        assertThat(larger.config()).isNotNull();
        assertThat(larger.findings())
                .singleElement()
                .asString()
                .contains(":6:24: warning: SSTP carries packets of at most " + SstpSettings.MAX_MRU + " octets");
    }

    @Test
    void headersOfProxiesComeByTcp() throws IOException {
        Reading reading = read(
                GOOD.replace("tls: [\"0.0.0.0:443\"]", "openvpn: [\"0.0.0.0:1194\"], proxy-protocol: [10.0.0.0/24]")
                        .replace("enabled: true", "enabled: false")
                        .replace("openvpn: { enabled: false }", "openvpn: { tls-crypt: t.key }"));
        assertThat(reading.config()).isNotNull();
        assertThat(reading.findings())
                .singleElement()
                .asString()
                .contains(":2:54: warning: PROXY headers come by TCP, and there is neither listen.tls nor");
    }

    @Test
    void terminatorsThumbprintIsOfAKindThatTheBindingUses() throws IOException {
        Reading reading = read(GOOD.replace("tls: [\"0.0.0.0:443\"]", "tls-terminated: [\"127.0.0.1:80\"]")
                .replace("enabled: true", "enabled: true, allow-sha1: false, terminator-certificates: [" + SHA1 + "]"));
        assertThat(reading.mistakes())
                .extracting(Finding::text)
                .containsExactly("allow-sha1 is false and there is no SHA-256 thumbprint; add the terminator's");
    }

    private Sstp sstp(String text) throws IOException {
        return Objects.requireNonNull(read(text).config()).protocols().sstp();
    }

    private Reading read(String text) throws IOException {
        Path file = directory.resolve("gateway.yaml");
        Files.writeString(file, text);
        return ConfigReader.read(file);
    }
}
