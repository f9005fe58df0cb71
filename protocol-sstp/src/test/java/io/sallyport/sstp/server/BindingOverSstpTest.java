package io.sallyport.sstp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.port443.TlsTermination;
import io.sallyport.core.worker.Verdict;
import io.sallyport.sstp.client.SstpClientConfig;
import io.sallyport.sstp.control.BindingHabit;
import io.sallyport.sstp.ppp.PppLogin;
import io.sallyport.sstp.wire.ControlMessage.CallConnected;
import io.sallyport.sstp.wire.CryptoBinding;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The crypto binding with TLS around it and a whole core behind. */
@Timeout(120)
class BindingOverSstpTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    /** Call Abort: the crypto binding has a value that is not supported. */
    private static final String ABORT = "10010014" + "00050001" + "0002000c" + "00000003";

    /** What becomes of the right message. */
    enum Forgery {
        NO_MAC,
        OF_ANOTHER_SESSION,
        /** With the MAC that belongs to it where there are no keys. */
        ANOTHER_NONCE
    }

    /** With PAP everybody knows the key, so that what is left to refuse is what the message says. */
    @ParameterizedTest
    @CsvSource({
        "NO_MAC, false", "OF_ANOTHER_SESSION, false", "ANOTHER_NONCE, false",
        "NO_MAC, true", "OF_ANOTHER_SESSION, true", "ANOTHER_NONCE, true"
    })
    void aWrongBindingCostsTheSessionAndIsCounted(Forgery forgery, boolean pap) throws Exception {
        AtomicReference<@Nullable CallConnected> bobs = new AtomicReference<>();
        BindingHabit overheard = BindingHabit.forging(right -> {
            bobs.set(right);
            return right;
        });
        BindingHabit forging = BindingHabit.forging(right -> forge(forgery, right, bobs.get()));
        try (SstpSite site = new SstpSite();
                Visitor bob = connect(site, "bob", pap, config -> config.with(overheard))) {
            bob.echoes(1);
            try (Visitor mallory = connect(site, "alice", pap, config -> config.with(forging))) {
                assertThat(mallory.closed()).contains("PEER_ABORT");
                await().atMost(SOON).until(() -> site.sessions() == 1 && site.server.connections() == 1);
                assertThat(site.drops(Verdict.BINDING_MISMATCH)).isEqualTo(1);
                assertThat(site.events)
                        .filteredOn(event -> event.startsWith("alice"))
                        .containsExactly("alice closed BINDING_FAILED");
            }
            bob.echoes(2);
            try (Visitor alice = connect(site, "alice", pap, config -> config)) {
                alice.echoes(1);
            }
        }
    }

    private static CallConnected forge(Forgery forgery, CallConnected right, @Nullable CallConnected anothers) {
        return switch (forgery) {
            case NO_MAC ->
                new CallConnected(
                        right.hashProtocol(),
                        right.nonce(),
                        right.certificateHash(),
                        Octets.of(new byte[right.hashProtocol().octets()]));
            case OF_ANOTHER_SESSION -> Objects.requireNonNull(anothers);
            case ANOTHER_NONCE -> {
                try (Secret zeros = CryptoBinding.hlak(null)) {
                    yield CryptoBinding.sign(
                            zeros, right.hashProtocol(), Octets.fromHex("5a".repeat(32)), right.certificateHash());
                }
            }
        };
    }

    private static Visitor connect(SstpSite site, String user, boolean pap, UnaryOperator<SstpClientConfig> changes)
            throws Exception {
        if (!pap) {
            return site.connect(user, "right", changes);
        }
        Secret password = SstpSite.password("right");
        return new Visitor(changes.apply(site.config(new PppLogin.Pap(user, password))), site.loops.next(), password);
    }

    /** What binds is the certificate that this connection was shown, whatever others are shown by now. */
    @ParameterizedTest
    @EnumSource(names = {"OPENSSL", "JDK"})
    void aRenewalAfterTheHandshakeIsNotThatConnections(TlsTermination.Provider provider) throws Exception {
        try (SstpSite site = new SstpSite(settings -> settings, provider);
                RawPpp alice = new RawPpp(site);
                RawPpp mallory = new RawPpp(site)) {
            Octets renewed = site.renew().sha256().getFirst();
            alice.open().password("right").await("c023", "02");
            connected(alice, SstpSite.shown().sha256().getFirst());
            await().atMost(SOON).until(() -> site.events.size() == 1);
            mallory.open().password("right").await("c023", "02");
            mallory.bind(renewed);
            assertThat(mallory.awaitPacket(each -> each.startsWith("1001"))).startsWith(ABORT);
            assertThat(mallory.raw.readToEnd()).isEmpty();
            await().atMost(SOON).until(() -> site.sessions() == 1);
            assertThat(site.drops(Verdict.BINDING_MISMATCH)).isEqualTo(1);
            try (RawPpp late = new RawPpp(site)) {
                late.open().password("right").await("c023", "02");
                connected(late, renewed);
                await().atMost(SOON).until(() -> site.events.size() == 3);
            }
            assertThat(site.events.get(0)).startsWith("alice up ");
            assertThat(site.events.get(1)).isEqualTo("alice closed BINDING_FAILED");
            assertThat(site.events.get(2)).startsWith("alice up ");
        }
    }

    private static void connected(RawPpp client, Octets certificateHash) throws Exception {
        client.acknowledgeNetwork(client.await("8021", "01"));
        client.bind(certificateHash).network();
    }
}
