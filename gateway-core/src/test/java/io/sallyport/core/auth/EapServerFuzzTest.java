package io.sallyport.core.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.auth.EapConversation.Step;
import io.sallyport.core.octets.Octets;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;

/**
 * A conversation with two methods to choose from, one that is {@link ScriptedMethod told} what to say and EAP-MSCHAPv2. A response has its length in front, less code, identifier and length; one
 * that is as long as {@link #RAW} is whole as it stands.
 */
class EapServerFuzzTest {
    private static final int RAW = 0xff;
    private static final int MOST_ROUNDS = 40;

    private static final ClientContext CLIENT = new ClientContext(
            "test", "0", new InetSocketAddress("192.0.2.1", 40000), new InetSocketAddress("198.51.100.1", 443));

    @FuzzTest(maxDuration = "60s")
    void theConversationEndsAndNobodyGetsInWithoutAMethodsYes(byte[] script) throws InterruptedException {
        ByteBuf responses = Unpooled.wrappedBuffer(script);
        ScriptedMethod told = new ScriptedMethod(EapPackets.TLS);
        EapMsChapV2 refusing = new EapMsChapV2(
                CLIENT,
                request -> new AuthDecision.Reject(RejectReason.BAD_CREDENTIALS, "no password will do"),
                new SecureRandom());
        EapConversation server = EapServer.of(List.of(told, refusing));
        Step step = server.receive(Octets.EMPTY);
        int rounds = 0;
        while (responses.isReadable()) {
            Octets response = response(responses, step.packet().at(1));
            Step next = server.receive(response);
            if (step instanceof Step.Request) {
                rounds++;
                checkStep(step, response, next);
            } else {
                assertThat(next).as("after the end").isInstanceOf(Step.Failure.class);
            }
            step = next;
        }
        assertThat(rounds).isLessThan(MOST_ROUNDS);
        server.close();
        assertThat(told.closed).isTrue();
    }

    private static Octets response(ByteBuf responses, byte identifier) {
        int said = responses.readUnsignedByte();
        Octets octets = Octets.read(responses, Math.min(said, responses.readableBytes()));
        if (said == RAW || octets.isEmpty()) {
            return octets;
        }
        return EapPackets.response(identifier & 0xff, octets.at(0) & 0xff, octets.slice(1, octets.length()));
    }

    private static void checkStep(Step last, Octets response, Step next) {
        switch (next) {
            case Step.Success _ -> {
                EapPackets.Typed typed = EapPackets.response(response);
                assertThat(last.packet().at(4)).isEqualTo((byte) EapPackets.TLS);
                assertThat(typed != null
                                && typed.type() == EapPackets.TLS
                                && typed.identifier() == (last.packet().at(1) & 0xff)
                                && typed.data().at(0) == ScriptedMethod.ACCEPT)
                        .isTrue();
            }
            case Step.Request(Octets packet) ->
                assertThat(EapPackets.request(packet)).isNotNull();
            case Step.Failure(Octets packet, AuthDecision.Reject reject) -> {
                assertThat(packet.length()).isEqualTo(4);
                assertThat(reject.detail().length()).isLessThan(300);
            }
        }
    }
}
