package io.sallyport.daemon.pki;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ServerIdentityTest {
    private static final X509Certificate LEAF = CertificateAuthority.create("CA", new SecureRandom())
            .issueServer("vpn.example.test", Duration.ofDays(100))
            .certificate();

    @Test
    void theNameIsWhatClientsMeant() {
        assertThat(ServerIdentity.problems(LEAF, "vpn.example.test")).isEmpty();
        assertThat(ServerIdentity.problems(LEAF, "other.example.test"))
                .singleElement()
                .asString()
                .contains("does not name 'other.example.test'");
    }

    @Test
    void timeIsADoubtWithARemedy() {
        Instant end = LEAF.getNotAfter().toInstant();
        assertThat(ServerIdentity.untimely(LEAF, end.minus(Duration.ofDays(15))))
                .isNull();
        assertThat(ServerIdentity.untimely(LEAF, end.minus(Duration.ofDays(13))))
                .contains("expires on " + end);
        assertThat(ServerIdentity.untimely(LEAF, end.plusSeconds(1)))
                .contains("expired on " + end, "renew it ('sallyport cert renew', or at its authority)");
        assertThat(ServerIdentity.untimely(LEAF, Instant.EPOCH))
                .contains("the clock of this host shows " + Instant.EPOCH, "set the clock");
    }
}
