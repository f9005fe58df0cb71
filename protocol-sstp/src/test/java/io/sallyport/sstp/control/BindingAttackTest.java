package io.sallyport.sstp.control;

import static io.sallyport.sstp.control.Ends.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.sstp.control.BindingHabit.When;
import io.sallyport.sstp.wire.ControlMessage.CallAbort;
import io.sallyport.sstp.wire.ControlMessage.CallConnected;
import io.sallyport.sstp.wire.ControlMessage.EchoResponse;
import io.sallyport.sstp.wire.CryptoBinding;
import io.sallyport.sstp.wire.HashProtocol;
import io.sallyport.sstp.wire.HigherLayerKeys;
import io.sallyport.sstp.wire.Samples;
import io.sallyport.sstp.wire.Status;
import io.sallyport.sstp.wire.StatusInfo;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that are who they say, and do not bind that to the connection as they should. */
class BindingAttackTest {
    private static final CallAbort MISMATCH = new CallAbort(StatusInfo.of(3, Status.VALUE_NOT_SUPPORTED));
    private static final CallAbort UNEXPECTED = new CallAbort(StatusInfo.of(3, Status.UNACCEPTED_FRAME_RECEIVED));

    private static final String NOT_ITS_KEYS = "MAC is not made of what its authentication gave";

    static Stream<Arguments> forgeries() {
        Octets other = Octets.fromHex("5a".repeat(32));
        return Stream.of(
                Arguments.of(
                        "another nonce",
                        "nonce is not this call's",
                        forgery(m -> signed(m.hashProtocol(), other, m.certificateHash()))),
                Arguments.of(
                        "another certificate",
                        "TLS was ended by somebody else, who showed it the certificate with the SHA256 thumbprint "
                                + other.toHex()
                                + ": an attacker, or a terminator whose certificate is not in protocols.sstp.terminator-certificates",
                        forgery(m -> signed(m.hashProtocol(), m.nonce(), other))),
                Arguments.of("another MAC", NOT_ITS_KEYS, forgery(m -> with(m, flipped(m.compoundMac(), 31)))),
                Arguments.of(
                        "another first octet of the MAC",
                        NOT_ITS_KEYS,
                        forgery(m -> with(m, flipped(m.compoundMac(), 0)))),
                Arguments.of("no MAC", NOT_ITS_KEYS, forgery(m -> with(m, Octets.fromHex("00".repeat(32))))),
                Arguments.of("the MAC of another session", NOT_ITS_KEYS, forgery(m -> {
                    try (Secret others = Secret.taking(other.toByteArray())) {
                        return CryptoBinding.sign(others, m.hashProtocol(), m.nonce(), m.certificateHash());
                    }
                })),
                Arguments.of("the MAC of a session without keys", NOT_ITS_KEYS, forgery(m -> {
                    try (Secret none = CryptoBinding.hlak(null)) {
                        return CryptoBinding.sign(none, m.hashProtocol(), m.nonce(), m.certificateHash());
                    }
                })),
                Arguments.of(
                        "a hash protocol that was not offered",
                        "made with SHA1, which was not offered",
                        forgery(m -> signed(HashProtocol.SHA1, m.nonce(), Samples.CERTIFICATE_SHA1))));
    }

    private static UnaryOperator<CallConnected> forgery(UnaryOperator<CallConnected> forge) {
        return forge;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forgeries")
    void aWrongBindingIsAborted(String what, String flaw, UnaryOperator<CallConnected> forge) {
        Ends ends = new Ends(BindingHabit.forging(forge), Set.of(HashProtocol.SHA256), Set.of(HashProtocol.values()));
        ends.connected();
        assertThat(ends.serverOut.sent).as(what).contains(MISMATCH);
        assertThat(ends.serverOut.events).containsExactly("start PPP", "over BINDING");
        CallEnd end = Objects.requireNonNull(ends.serverOut.end);
        assertThat(end.detail()).startsWith("the crypto binding is wrong: ").contains(flaw);
        assertThat(ends.server.carriesData()).isFalse();
        assertThat(ends.server.carriesControl()).isFalse();
    }

    @Test
    void anEarlyBindingWaitsForTheDecision() {
        // sstp-client sends Call Connected together with its response to the challenge.
        Ends ends = new Ends(BindingHabit.at(When.NEVER));
        ends.settle();
        ends.toServer(Samples.CONNECTED_SHA256.substring(8));
        assertThat(ends.server.carriesData()).isFalse();
        assertThat(ends.server.carriesControl()).isTrue();
        // For that client the call is connected, so it may ask whether the server is there.
        ends.toServer("00080000");
        assertThat(ends.serverOut.last()).isEqualTo(new EchoResponse());
        ends.pass(45 * SECOND);
        ends.server.authenticated(Ends.keys(), ends.now);
        assertThat(ends.serverOut.events).containsExactly("start PPP", "connected");
        assertThat(ends.server.carriesData()).isTrue();
    }

    @Test
    void anEarlyBindingThatIsWrongIsAbortedWithTheDecision() {
        Ends ends = new Ends(BindingHabit.at(When.NEVER));
        ends.settle();
        ends.toServer(Samples.CONNECTED_SHA256.substring(8));
        ends.server.authenticated(HigherLayerKeys.ofNone(), ends.now);
        assertThat(ends.serverOut.last()).isEqualTo(MISMATCH);
        assertThat(ends.server.carriesData()).isFalse();
    }

    @Test
    void aClientWithoutKeysBindsWithZeros() {
        Ends ends = new Ends(BindingHabit.at(When.ACKNOWLEDGED));
        ends.settle();
        ends.server.authenticated(HigherLayerKeys.ofNone(), ends.now);
        assertThat(ends.server.carriesData()).isTrue();
    }

    @Test
    void whatAClientWithoutKeysSaysItWasShownIsNotTakenForProven() {
        Octets other = Octets.fromHex("5a".repeat(32));
        Ends ends = new Ends(new BindingHabit(When.ACKNOWLEDGED, m -> {
            try (Secret none = CryptoBinding.hlak(null)) {
                return CryptoBinding.sign(none, m.hashProtocol(), m.nonce(), other);
            }
        }));
        ends.settle();
        ends.server.authenticated(HigherLayerKeys.ofNone(), ends.now);
        assertThat(Objects.requireNonNull(ends.serverOut.end).detail())
                .contains("it names the certificate with the SHA256 thumbprint 5a5a", "though nothing proves it")
                .contains("protocols.sstp.terminator-certificates");
    }

    @Test
    void twoEarlyBindingsAreAborted() {
        Ends ends = new Ends(BindingHabit.at(When.NEVER));
        ends.settle();
        ends.toServer(Samples.CONNECTED_SHA256.substring(8));
        ends.toServer(Samples.CONNECTED_SHA256.substring(8));
        assertThat(ends.serverOut.last()).isEqualTo(UNEXPECTED);
        ends.server.authenticated(Ends.keys(), ends.now);
        assertThat(ends.server.carriesData()).isFalse();
        assertThat(ends.serverOut.events).containsExactly("start PPP", "over BINDING");
    }

    @Test
    void aSecondBindingEndsTheCall() {
        Ends ends = new Ends(BindingHabit.at(When.TWICE));
        ends.connected();
        assertThat(ends.serverOut.sent).contains(UNEXPECTED);
        assertThat(ends.serverOut.events).containsExactly("start PPP", "connected", "over BINDING");
        assertThat(ends.server.carriesData()).isFalse();
    }

    @Test
    void aBindingBeforeAnythingElseIsAborted() {
        Ends ends = new Ends();
        ends.clientOut.wire.clear();
        ends.toServer(Samples.CONNECTED_SHA256.substring(8));
        assertThat(ends.serverOut.last()).isEqualTo(UNEXPECTED);
        assertThat(ends.serverOut.events).containsExactly("over BINDING");
    }

    @Test
    void aBindingAfterTheAbortChangesNothing() {
        Ends ends = new Ends();
        ends.settle();
        ends.server.abort("no PPP", ends.now);
        ends.server.authenticated(Ends.keys(), ends.now);
        ends.toServer(Samples.CONNECTED_SHA256.substring(8));
        assertThat(ends.server.carriesData()).isFalse();
        assertThat(ends.serverOut.events).containsExactly("start PPP", "over PROTOCOL", "ignored 4");
        ends.pass(3 * SECOND);
        assertThat(ends.serverOut.events.getLast()).isEqualTo("hang up");
    }

    @Test
    void whoNeverBindsIsAbortedWhenTheNegotiationTimerExpires() {
        Ends ends = new Ends(BindingHabit.at(When.NEVER));
        ends.connected();
        ends.pass(60 * SECOND - 1);
        assertThat(ends.server.carriesControl()).isTrue();
        assertThat(ends.server.carriesData()).isFalse();
        ends.pass(1);
        assertThat(ends.serverOut.last()).isEqualTo(new CallAbort(StatusInfo.of(2, Status.NEGOTIATION_TIMEOUT)));
        assertThat(ends.serverOut.events.getLast()).isEqualTo("over BINDING");
    }

    private static CallConnected signed(HashProtocol protocol, Octets nonce, Octets certificate) {
        try (Secret key = Ends.key()) {
            return CryptoBinding.sign(key, protocol, nonce, certificate);
        }
    }

    private static CallConnected with(CallConnected message, Octets mac) {
        return new CallConnected(message.hashProtocol(), message.nonce(), message.certificateHash(), mac);
    }

    private static Octets flipped(Octets octets, int index) {
        byte[] bytes = octets.toByteArray();
        bytes[index] ^= 1;
        return Octets.of(bytes);
    }
}
