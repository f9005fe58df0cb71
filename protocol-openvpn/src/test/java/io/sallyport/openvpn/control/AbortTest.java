package io.sallyport.openvpn.control;

import static io.sallyport.openvpn.control.Wire.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.core.session.CloseReason;
import io.sallyport.core.tls.TestPki.Keys;
import io.sallyport.core.tls.TlsSettings.Versions;
import java.util.List;
import org.junit.jupiter.api.Test;

class AbortTest {
    private static final Ends ENDS = new Ends(Keys.ECDSA);

    private final Wire wire = new Wire(1, 0);
    private final ServerEnd server = ENDS.server(wire, ServerTerms.standard(true), Versions.TLS_1_3_ONLY);
    private final ClientEnd client = ENDS.client(wire, Ends.terms(), Versions.TLS_1_3_ONLY, "alice", server);

    @Test
    void nothingFollowsAnAbort() {
        wire.run(10 * SECOND);
        assertThat(server.events).endsWith("up");
        client.connection().renegotiate(wire.now());
        wire.run(25 * Wire.MILLI);
        List<String> events = List.copyOf(server.events);
        int sent = server.sent;
        server.connection().abort();
        server.connection().abort();
        server.connection().close(CloseReason.ADMINISTRATOR, "", wire.now());
        server.connection().renegotiate(wire.now());
        server.connection().overloaded(wire.now());
        wire.run(200 * SECOND);
        assertThat(server.events).isEqualTo(events);
        assertThat(server.sent).isEqualTo(sent);
        assertThat(server.closed).isNull();
    }

    @Test
    void aConnectionWhoseOwnerThrewCanBeAborted() {
        server.assignment = null;
        assertThatThrownBy(() -> wire.run(10 * SECOND)).isInstanceOf(NullPointerException.class);
        int sent = server.sent;
        server.connection().abort();
        wire.run(100 * SECOND);
        assertThat(server.sent).isEqualTo(sent);
        assertThat(server.closed).isNull();
    }
}
