package io.sallyport.sstp.control;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.port443.ShownCertificate;
import io.sallyport.sstp.wire.HashProtocol;
import io.sallyport.sstp.wire.HigherLayerKeys;
import io.sallyport.sstp.wire.Samples;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Both ends of one call over a wire that loses nothing, and a clock that is set by hand. */
final class Ends {
    static final long SECOND = 1_000_000_000L;
    /** Of the certificate that the server shows, and of one before it. */
    static final ShownCertificate SHOWN = new ShownCertificate(
            List.of(Samples.CERTIFICATE_SHA1), List.of(Octets.fromHex("ab".repeat(32)), Samples.CERTIFICATE_SHA256));

    final Recorder serverOut = new Recorder();
    final Recorder clientOut = new Recorder();
    final ServerCall server;
    final ClientCall client;
    /** Far from zero, and about to wrap around. */
    long now = Long.MAX_VALUE - 5 * SECOND;

    Ends() {
        this(BindingHabit.HONEST);
    }

    Ends(BindingHabit habit) {
        this(habit, Set.of(HashProtocol.values()), Set.of(HashProtocol.values()));
    }

    Ends(BindingHabit habit, Set<HashProtocol> offered, Set<HashProtocol> supported) {
        server = new ServerCall(terms(offered), SHOWN, Samples.NONCE, serverOut, now);
        client = new ClientCall(terms(supported), Ends::certificateHash, habit, clientOut, now);
    }

    static CallTerms terms(Set<HashProtocol> protocols) {
        return new CallTerms(protocols, Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(60));
    }

    static Octets certificateHash(HashProtocol protocol) {
        return switch (protocol) {
            case SHA1 -> Samples.CERTIFICATE_SHA1;
            case SHA256 -> Samples.CERTIFICATE_SHA256;
        };
    }

    static HigherLayerKeys keys() {
        try (Secret key = key()) {
            return HigherLayerKeys.of(key);
        }
    }

    static Secret key() {
        return Secret.taking(Samples.HLAK_SHA256.toByteArray());
    }

    /** Carries everything that was sent to the other end, and what that causes. */
    void settle() {
        while (!clientOut.wire.isEmpty() || !serverOut.wire.isEmpty()) {
            for (ByteBuf m = clientOut.wire.poll(); m != null; m = clientOut.wire.poll()) {
                server.heard(now);
                server.receive(m, now);
            }
            for (ByteBuf m = serverOut.wire.poll(); m != null; m = serverOut.wire.poll()) {
                client.heard(now);
                client.receive(m, now);
            }
        }
    }

    /** To the server alone, as somebody would who does not keep to any protocol. */
    void toServer(String messageHex) {
        server.heard(now);
        server.receive(Samples.octets(messageHex), now);
    }

    /** Waits, and wakes both ends when they wanted to be woken; nothing that they then say arrives. */
    void pass(long nanos) {
        long end = now + nanos;
        while (true) {
            Long server = serverOut.wakeAt;
            Long client = clientOut.wakeAt;
            if (server != null && server - end <= 0 && (client == null || server - client <= 0)) {
                wake(serverOut, server);
                this.server.wake(now);
            } else if (client != null && client - end <= 0) {
                wake(clientOut, client);
                this.client.wake(now);
            } else {
                now = end;
                return;
            }
        }
    }

    private void wake(Recorder out, long at) {
        now = at - now > 0 ? at : now;
        out.wakeAt = null;
    }

    void authenticate() {
        server.authenticated(keys(), now);
        client.authenticated(key(), now);
        settle();
    }

    /** Up to the point where packets flow. */
    Ends connected() {
        settle();
        authenticate();
        return this;
    }
}
