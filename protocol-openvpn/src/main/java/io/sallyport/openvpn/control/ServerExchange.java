package io.sallyport.openvpn.control;

import io.netty.buffer.Unpooled;
import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.octets.RandomOctets;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.session.CloseReason;
import io.sallyport.openvpn.control.ServerKey.Stage;
import io.sallyport.openvpn.wire.ControlMessage;
import io.sallyport.openvpn.wire.KeyMethod2;
import io.sallyport.openvpn.wire.OccOptions;
import io.sallyport.openvpn.wire.PeerInfo;
import io.sallyport.openvpn.wire.WireException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is said inside TLS, and what it leads to: key method 2, authentication, admission, push. Knows no packets.
 */
final class ServerExchange {
    private static final long FAREWELL_NANOS = 5_000_000_000L;

    /** Whether the connection lives on. */
    sealed interface Outcome {
        record GoOn() implements Outcome {}

        /** It does, but this renegotiation has come to nothing. */
        record Postpone(String detail) implements Outcome {}

        record End(CloseReason reason, String detail) implements Outcome {}
    }

    private static final Outcome GO_ON = new Outcome.GoOn();
    private static final String NO_ROOM = " does not fit into the control channel";

    private final ServerTerms terms;
    private final ClientContext client;
    private final Challenges challenges;
    private final RandomOctets random;
    private final ServerOut out;
    private final PushExchange push;
    private @Nullable ClientOffer first;
    private String grantedTo = "";
    private boolean asking;

    ServerExchange(ServerTerms terms, ClientContext client, Challenges challenges, RandomOctets random, ServerOut out) {
        this.terms = terms;
        this.client = client;
        this.challenges = challenges;
        this.random = random;
        this.out = out;
        this.push = new PushExchange(terms);
    }

    /** One record of the client's; it is wiped. */
    Outcome received(ServerKey key, byte[] record, long now) {
        try {
            if (key.stage instanceof Stage.AwaitKeyMethod) {
                KeyMethod2.Client message = key.assembly.add(record);
                return message == null ? GO_ON : keyMethod(key, message, now);
            }
            for (ControlMessage message : ControlMessage.decode(Unpooled.wrappedBuffer(record))) {
                if (message instanceof ControlMessage.Exit && key.active()) {
                    return new Outcome.End(CloseReason.CLIENT_EXIT, "EXIT");
                }
                if (message instanceof ControlMessage.PushRequest
                        && pushRequested(key, now) instanceof Outcome.End failed) {
                    return failed;
                }
            }
            return GO_ON;
        } catch (WireException e) {
            return new Outcome.End(CloseReason.PROTOCOL_ERROR, String.valueOf(e.getMessage()));
        } finally {
            Arrays.fill(record, (byte) 0);
        }
    }

    private Outcome keyMethod(ServerKey key, KeyMethod2.Client received, long now) {
        try (KeyMethod2.Client message = received) {
            key.sources.keep(message);
            // A client reads a refusal only after our half of the key method, so that goes before whatever follows.
            // With it the client has a new key, which it will use: a renegotiation that is put off must not get so far.
            if (first == null && !answerKeyMethod(key)) {
                return doesNotFit("the key method message");
            }
            try {
                ClientOffer offer =
                        ClientOffer.judge(message, key.channel.tls().peerChain(), terms, client, challenges, now);
                if (first != null && !offer.sameClientAs(first)) {
                    offer.close();
                    throw Refusal.of(
                            RejectReason.BAD_CREDENTIALS, "the renegotiation names another user or certificate");
                }
                key.stage = new Stage.AwaitDecision(offer);
                asking = true;
                if (first == null) {
                    key.patienceAt = Deadline.after(now, ServerTerms.PATIENCE_NANOS);
                    key.decideBy = Deadline.after(now, ServerTerms.DECISION_NANOS);
                    key.finishBy = latest(key.finishBy, Deadline.after(now, 2 * ServerTerms.PATIENCE_NANOS));
                }
                out.authenticate(offer.request());
                return GO_ON;
            } catch (Refusal refusal) {
                return refuse(key, refusal, message.peerInfo(), now);
            }
        }
    }

    /** False when it does not fit into what waits for the client. */
    private boolean answerKeyMethod(ServerKey key) {
        String transport = terms.datagrams() ? "UDPv4" : "TCPv4_SERVER";
        var cipher = first == null ? terms.ciphers().getFirst() : first.cipher();
        String options = OccOptions.of(transport, cipher, terms.tunMtu(), true).toText();
        try (KeyMethod2.Server answer = new KeyMethod2.Server(randomSecret(), randomSecret(), options)) {
            key.sources.keep(answer);
            byte[] octets = MessageOctets.of(answer);
            boolean taken = key.channel.write(octets);
            Arrays.fill(octets, (byte) 0);
            return taken;
        }
    }

    /** Whether a decision is outstanding, be it that its key is gone: no other may be asked for. */
    boolean asking() {
        return asking;
    }

    /** The decision takes its time: the client is asked to wait, so that it does not give up after its usual minute. */
    void pending(ServerKey key, long now) {
        if (key.stage instanceof Stage.AwaitDecision(ClientOffer offer)) {
            boolean keywords = offer.peer().speaks(PeerInfo.PROTO_AUTH_PENDING_KEYWORDS);
            long seconds = (key.decideBy - now) / 1_000_000_000L;
            write(key, List.of(new ControlMessage.AuthPending(keywords ? "timeout " + seconds : "")));
            key.finishBy = key.decideBy;
            // Clients without the keyword begin their minute again each time.
            key.patienceAt = keywords ? Deadline.NEVER : Deadline.after(now, 2 * ServerTerms.PATIENCE_NANOS);
        }
    }

    Outcome decided(ServerKey key, AuthDecision decision, long now) {
        asking = false;
        if (!(key.stage instanceof Stage.AwaitDecision(ClientOffer offer))) {
            forget(decision);
            return GO_ON;
        }
        return switch (decision) {
            case AuthDecision.Accept(Grant grant, String message) -> accepted(key, offer, grant, now);
            case AuthDecision.Challenge challenge -> refuse(key, question(challenge, offer, now), offer.peer(), now);
            case AuthDecision.Reject reject -> refuse(key, Refusal.of(reject), offer.peer(), now);
        };
    }

    private Refusal question(AuthDecision.Challenge challenge, ClientOffer offer, long now) {
        if (first != null || offer.user().isEmpty()) {
            return Refusal.of(RejectReason.METHOD_UNSUPPORTED, "a second factor cannot be asked for here");
        }
        return Refusal.question(challenge, offer.user(), challenges.ask(offer.user(), challenge.state(), now));
    }

    private Outcome accepted(ServerKey key, ClientOffer offer, Grant grant, long now) {
        key.channel.proven();
        if (first == null) {
            first = offer;
            grantedTo = grant.user();
            // What was left for the decision is not cut short for what comes after it.
            key.finishBy = latest(key.finishBy, Deadline.after(now, ServerTerms.AFTER_DECISION_NANOS));
            key.stage = new Stage.AwaitAdmission(offer);
            out.admit(grant);
            return GO_ON;
        }
        forget(grant);
        if (!grantedTo.equals(grant.user())) {
            return refuse(
                    key,
                    Refusal.of(RejectReason.BAD_CREDENTIALS, "reauthenticated as another user"),
                    offer.peer(),
                    now);
        }
        if (!answerKeyMethod(key)) {
            return doesNotFit("the key method message");
        }
        install(key, first);
        key.stage = new Stage.AwaitConfirmation(offer);
        return GO_ON;
    }

    Outcome admitted(ServerKey key, ClientOffer offer, Assignment assignment, long now) {
        if (!offer.peer().speaksDataV2()) {
            out.withoutPeerId();
        }
        install(key, offer);
        if (offer.peer().speaks(PeerInfo.PROTO_DYNAMIC_TLS_CRYPT)) {
            out.protectRenegotiations(DataKeys.dynamicTlsCrypt(key.channel.tls()));
        }
        push.prepare(assignment, offer);
        key.stage = new Stage.AwaitPushRequest(offer, assignment);
        return push.awaited(offer) ? push(key, offer, now) : GO_ON;
    }

    /** Never answered before the decision: the reply does not exist before {@link #admitted}. */
    private Outcome pushRequested(ServerKey key, long now) {
        push.requested();
        if (key.stage instanceof Stage.AwaitPushRequest(ClientOffer offer, Assignment assignment)) {
            return push(key, offer, now);
        }
        if (key.active() && key.channel.delivered() && !write(key, push.again())) {
            return doesNotFit("the PUSH_REPLY");
        }
        return GO_ON;
    }

    private Outcome push(ServerKey key, ClientOffer offer, long now) {
        if (!write(key, push.reply())) {
            return doesNotFit("the PUSH_REPLY");
        }
        key.stage = new Stage.Active(offer);
        key.since = now;
        out.activate(key.keyId());
        out.up(new Established(
                offer.cipher(),
                offer.peer(),
                key.channel.tls().version(),
                key.channel.tls().cipherSuite()));
        return GO_ON;
    }

    /** What is new for a client that is up, where it understands that. */
    Outcome update(ServerKey key, Assignment assignment) {
        // Half an update would be worse than none.
        return write(key, push.update(assignment))
                ? GO_ON
                : new Outcome.End(CloseReason.PROTOCOL_ERROR, "the PUSH_UPDATE" + NO_ROOM);
    }

    private static Outcome doesNotFit(String what) {
        return new Outcome.End(CloseReason.HANDSHAKE_FAILED, what + NO_ROOM);
    }

    Outcome refuse(ServerKey key, Refusal refusal, PeerInfo peer, long now) {
        boolean again = first != null && key.keyId() != 0;
        if (again && refusal.temporary()) {
            return new Outcome.Postpone(refusal.detail());
        }
        CloseReason reason = again ? CloseReason.REAUTHENTICATION_FAILED : CloseReason.HANDSHAKE_FAILED;
        boolean told = (!again || answerKeyMethod(key)) && write(key, List.of(refusal.message(peer)));
        if (!told) {
            return new Outcome.End(reason, refusal.detail());
        }
        key.stage = new Stage.AwaitFarewell(reason, refusal.detail());
        key.since = Deadline.after(now, FAREWELL_NANOS);
        out.refused(refusal.detail());
        return GO_ON;
    }

    /** One that nobody wants any more. */
    static void forget(AuthDecision decision) {
        if (decision instanceof AuthDecision.Accept(Grant grant, String message)) {
            forget(grant);
        }
    }

    private static void forget(Grant grant) {
        if (grant.keyingMaterial() != null) {
            grant.keyingMaterial().close();
        }
    }

    /** Where its octets come from is what the first key's negotiation agreed on. */
    private void install(ServerKey key, ClientOffer agreed) {
        out.install(key.keyId(), DataKeys.ofServer(key, agreed.exportsKeys()), agreed.cipher(), agreed.format());
    }

    /** False when one did not fit. */
    private static boolean write(ServerKey key, List<? extends ControlMessage> messages) {
        for (ControlMessage message : messages) {
            if (!key.channel.write(MessageOctets.of(message))) {
                return false;
            }
        }
        return true;
    }

    private static long latest(long one, long other) {
        return Deadline.earlier(one, other) == one ? other : one;
    }

    private Secret randomSecret() {
        byte[] octets = new byte[KeyMethod2.RANDOM_OCTETS];
        random.fill(octets);
        return Secret.taking(octets);
    }
}
