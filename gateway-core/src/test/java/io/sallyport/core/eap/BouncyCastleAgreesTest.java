package io.sallyport.core.eap;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.tls.TestPki.Keys;
import java.util.List;
import org.bouncycastle.tls.ProtocolVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BouncyCastleAgreesTest {
    private final EapRig rig = new EapRig(Keys.ECDSA);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bothLibrariesDeriveTheSameKeys(boolean tls13) throws Exception {
        ProtocolVersion version = tls13 ? ProtocolVersion.TLSv13 : ProtocolVersion.TLSv12;
        try (EapClient client = client(version, true)) {
            Grant grant = EapRig.granted(rig.run(rig.server(), client));
            assertThat(grant.user()).isEqualTo("alice");
            try (Secret theirs = EapRig.keys(client.keyingMaterial())) {
                assertThat(EapRig.keys(grant.keyingMaterial()).matches(theirs.expose()))
                        .isTrue();
            }
        }
    }

    /** RFC 7627 §5.4: without the extended master secret nothing may be exported. */
    @Test
    void refusesAClientWithoutTheExtendedMasterSecret() throws Exception {
        try (EapClient client = client(ProtocolVersion.TLSv12, false)) {
            AuthDecision.Reject reject = EapRig.refused(rig.run(rig.server(), client));
            assertThat(reject.reason()).isEqualTo(RejectReason.METHOD_UNSUPPORTED);
            assertThat(reject.detail()).contains("extended master secret", "libtls.version_max = 1.3");
        }
    }

    private EapClient client(ProtocolVersion version, boolean extendedMasterSecret) {
        return new EapClient(
                "x", List.of(new EapTlsPeer(() -> new BouncyCastleClient(rig.alice, version, extendedMasterSecret))));
    }
}
