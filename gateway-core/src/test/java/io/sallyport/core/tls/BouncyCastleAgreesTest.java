package io.sallyport.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.octets.Secret;
import io.sallyport.core.tls.TestPki.Keys;
import io.sallyport.core.tls.TlsSettings.Versions;
import java.util.List;
import org.bouncycastle.tls.ProtocolVersion;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BouncyCastleAgreesTest {
    @ParameterizedTest
    @EnumSource(names = {"TLS_1_2_ONLY", "TLS_1_3_ONLY"})
    void bothLibrariesExportTheSameOctets(Versions versions) throws Exception {
        TestPki pki = new TestPki(Keys.ECDSA);
        ProtocolVersion version = versions == Versions.TLS_1_2_ONLY ? ProtocolVersion.TLSv12 : ProtocolVersion.TLSv13;
        BouncyCastleServer server = new BouncyCastleServer(pki.server("vpn.example.test"), version);
        TlsEndpoint client = JsseTls.client(
                        new TlsSettings(versions, null, List.of(pki.root()), false, "vpn.example.test"))
                .newEndpoint();

        server.shakeHands(client);

        assertThat(client.progress()).isEqualTo(new TlsEndpoint.Progress.Open());
        try (Secret ours = client.export("EXPORTER-OpenVPN-datakeys", null, 256)) {
            assertThat(ours.matches(server.exported())).isTrue();
        }
    }
}
