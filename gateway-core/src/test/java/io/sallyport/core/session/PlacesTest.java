package io.sallyport.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PlacesTest {
    private static final SessionLimits LIMITS =
            new SessionLimits(2, Map.of("sstp", 1), SessionLimits.UNLIMITED, true, null, null);

    private final Places places = new Places();

    @Test
    void protocolWithALimitOfItsOwnTakesNothingFromTheOthers() {
        assertThat(places.take("alice", "sstp", LIMITS)).isNull();
        assertThat(places.take("bob", "sstp", LIMITS))
                .isNotNull()
                .satisfies(full -> assertThat(full.detail()).isEqualTo("all 1 sstp sessions are in use"));
        assertThat(places.take("bob", "openvpn-udp", LIMITS)).isNull();
        assertThat(places.take("carol", "openvpn-tcp", LIMITS)).isNull();
        assertThat(places.take("dave", "openvpn-tcp", LIMITS)).isNotNull();
        places.leave("alice", "sstp");
        assertThat(places.take("dave", "openvpn-tcp", LIMITS)).isNotNull();
        assertThat(places.take("dave", "sstp", LIMITS)).isNull();
        places.leave("bob", "openvpn-udp");
        assertThat(places.take("erin", "openvpn-tcp", LIMITS)).isNull();
        assertThat(places.taken()).isEqualTo(3);
    }

    @Test
    void limitOfNoneLetsNobodyIn() {
        SessionLimits none = new SessionLimits(0, Map.of("sstp", 1), SessionLimits.UNLIMITED, true, null, null);
        assertThat(places.take("alice", "openvpn-udp", none)).isNotNull();
        assertThat(places.take("alice", "sstp", none)).isNull();
    }

    @Test
    void userLimitCountsAllProtocols() {
        SessionLimits one = new SessionLimits(9, Map.of("sstp", 9), 1, true, null, null);
        assertThat(places.take("alice", "sstp", one)).isNull();
        assertThat(places.take("alice", "openvpn-udp", one))
                .isNotNull()
                .satisfies(full -> assertThat(full.ofUser()).isTrue());
    }
}
