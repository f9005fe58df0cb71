package io.sallyport.core.eap;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.EapConversation;
import io.sallyport.core.auth.EapConversation.Step;
import io.sallyport.core.auth.EapPackets;
import io.sallyport.core.auth.EapServer;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.tls.JsseTls;
import io.sallyport.core.tls.TestPki.Keys;
import java.util.List;

/**
 * A whole conversation of EAP-TLS whose client has no certificate of ours: each response is what two octets of length have behind them, flags first, and answers the last request.
 */
class EapTlsFuzzTest {
    private static final int PACKET_OCTETS = 600;

    private static final JsseTls TLS = tls();

    private static JsseTls tls() {
        try {
            return new EapRig(Keys.ECDSA).serverTls();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @FuzzTest(maxDuration = "60s")
    void nobodyGetsInWithoutACertificate(byte[] script) throws InterruptedException {
        ByteBuf responses = Unpooled.wrappedBuffer(script);
        EapTls method = new EapTls(
                EapRig.CLIENT,
                request -> new AuthDecision.Reject(RejectReason.BAD_CREDENTIALS, "no certificate will do"),
                TLS,
                TlsTasks.HERE,
                PACKET_OCTETS);
        try (EapConversation server = EapServer.of(List.of(method))) {
            Step step = server.receive(EapPackets.response(1, EapPackets.IDENTITY, Octets.EMPTY));
            while (responses.readableBytes() >= 2) {
                int length = Math.min(responses.readUnsignedShort(), responses.readableBytes());
                step = said(server, step, Octets.read(responses, length));
            }
        }
    }

    private static Step said(EapConversation server, Step last, Octets data) throws InterruptedException {
        Step step = server.receive(EapPackets.response(last.packet().at(1) & 0xff, EapPackets.TLS, data));
        assertThat(step).isNotInstanceOf(Step.Success.class);
        assertThat(step.packet().length()).isLessThanOrEqualTo(PACKET_OCTETS);
        if (last instanceof Step.Failure) {
            assertThat(step).isSameAs(last);
        } else if (step instanceof Step.Request) {
            assertThat(EapPackets.request(step.packet())).isNotNull();
        }
        return step;
    }
}
