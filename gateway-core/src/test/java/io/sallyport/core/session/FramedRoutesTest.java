package io.sallyport.core.session;

import static io.sallyport.core.support.TestPackets.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.core.address.IpPrefix;
import io.sallyport.core.support.RecordingLink;
import io.sallyport.core.support.SessionGrants;
import io.sallyport.core.support.TestGateway;
import io.sallyport.core.worker.Verdict;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which framed routes a session gets. */
class FramedRoutesTest {
    private final TestGateway gateway = new TestGateway();

    @AfterEach
    void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0.0.0.0/0", "::/0", "10.0.0.0/8", "10.8.0.0/24", "10.8.0.1/32", "10.8.0.64/26", "fd00::/8"})
    void routeThatWouldSwallowOthersIsLeftOut(String wide) {
        Session session = gateway.open(0, SessionGrants.withRoutes("site", wide, "10.20.0.0/16", "2001:db8::/48"));
        assertThat(session.grant().framedRoutes())
                .containsExactly(IpPrefix.parse("10.20.0.0/16"), IpPrefix.parse("2001:db8::/48"));
    }

    @Test
    void trafficOfNobodyStaysNobodys() {
        RecordingLink link = new RecordingLink();
        gateway.up(0, SessionGrants.withRoutes("site", "0.0.0.0/0", "10.20.0.0/16"), link);
        gateway.network.send(gateway.workers.get(0), frame("192.0.2.1", "10.8.0.99", 5));
        gateway.network.send(gateway.workers.get(0), frame("192.0.2.1", "192.0.2.99", 5));
        gateway.network.send(gateway.workers.get(0), frame("192.0.2.1", "10.20.0.99", 5));
        await().until(() -> link.sent().size() == 1);
        assertThat(gateway.drops(Verdict.NO_ROUTE)).isEqualTo(2);
    }
}
