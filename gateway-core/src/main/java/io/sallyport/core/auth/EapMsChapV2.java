package io.sallyport.core.auth;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/**
 * The server's side of EAP-MSCHAPv2 (draft-kamath-pppext-eap-mschapv2-02): identity, challenge, and then success or up to two
 * more tries. Whoever knows the passwords is asked with {@link AuthRequest.MsChapV2}, so any authenticator will do. A packet that
 * is not the answer to the last request gets that request again; a conversation of too many packets ends.
 */
public final class EapMsChapV2 implements EapConversation {
    private static final int MOST_PACKETS = 20;
    private static final int MOST_TRIES = 3;
    private static final String SERVER_NAME = "sallyport";

    private sealed interface State {}

    private record Start() implements State {}

    private record AwaitIdentity() implements State {}

    private record AwaitResponse(String identity, Octets challenge, int msChapId, int tries) implements State {}

    private record AwaitSuccessSeen(Grant grant) implements State {}

    private record AwaitFailureSeen(AuthDecision.Reject reject) implements State {}

    private record Ended(Step step) implements State {}

    private final ClientContext client;
    private final Authenticator judge;
    private final SecureRandom random;
    private State state = new Start();
    private Octets lastRequest = Octets.EMPTY;
    private int identifier;
    private int packets;

    public EapMsChapV2(ClientContext client, Authenticator judge, SecureRandom random) {
        this.client = client;
        this.judge = judge;
        this.random = random;
        identifier = random.nextInt(256);
    }

    @Override
    public Step receive(Octets packet) throws InterruptedException {
        if (state instanceof Ended ended) {
            return ended.step;
        }
        if (++packets > MOST_PACKETS) {
            return refuse(
                    RejectReason.BAD_CREDENTIALS, "the EAP conversation has more than " + MOST_PACKETS + " packets");
        }
        if (packet.isEmpty() && state instanceof Start) {
            state = new AwaitIdentity();
            return ask(EapPackets.identityRequest(nextIdentifier()));
        }
        EapPackets.Response response = EapPackets.response(packet);
        if (response == null) {
            return refuse(RejectReason.BAD_CREDENTIALS, "malformed EAP packet of " + packet.length() + " octets");
        }
        if (state instanceof Start && response.type() == EapPackets.IDENTITY) {
            // The protocol asked for the identity by itself.
            identifier = response.identifier();
            return identity(response.data());
        }
        if (response.identifier() != identifier || response.type() == EapPackets.NOTIFICATION) {
            return again();
        }
        return step(response);
    }

    private Step step(EapPackets.Response response) throws InterruptedException {
        return switch (state) {
            case Start _ -> refuse(RejectReason.BAD_CREDENTIALS, "EAP began without an identity");
            case AwaitIdentity _ -> response.type() == EapPackets.IDENTITY ? identity(response.data()) : again();
            case AwaitResponse waiting -> response(waiting, response);
            case AwaitSuccessSeen waiting -> {
                boolean seen = isMsChap(response)
                        && MsChapV2Packet.decode(response.data()) instanceof MsChapV2Packet.SuccessSeen;
                yield seen
                        ? succeed(waiting.grant)
                        : refuse(RejectReason.BAD_CREDENTIALS, "the peer does not trust our answer");
            }
            case AwaitFailureSeen waiting -> refuse(waiting.reject);
            case Ended ended -> ended.step;
        };
    }

    private Step identity(Octets identity) {
        String name = new String(identity.toByteArray(), StandardCharsets.UTF_8);
        Octets challenge = newChallenge();
        AwaitResponse next = new AwaitResponse(name, challenge, random.nextInt(256), 1);
        state = next;
        return ask(EapPackets.challenge(nextIdentifier(), next.msChapId, challenge, SERVER_NAME));
    }

    private Step response(AwaitResponse waiting, EapPackets.Response response) throws InterruptedException {
        if (response.type() == EapPackets.NAK) {
            String wanted = response.data().isEmpty()
                    ? "none"
                    : Integer.toString(response.data().at(0) & 0xff);
            return refuse(
                    RejectReason.METHOD_UNSUPPORTED, "the peer refuses EAP-MSCHAPv2 and asks for EAP type " + wanted);
        }
        if (!isMsChap(response)) {
            return again();
        }
        return switch (MsChapV2Packet.decode(response.data())) {
            case MsChapV2Packet.Response answer when answer.msChapId() == waiting.msChapId -> judged(waiting, answer);
            case MsChapV2Packet.FailureSeen _
            when waiting.tries > 1 ->
                refuse(
                        RejectReason.BAD_CREDENTIALS,
                        "the peer gave up after " + (waiting.tries - 1) + " wrong passwords");
            case null, default -> refuse(RejectReason.BAD_CREDENTIALS, "malformed EAP-MSCHAPv2 response");
        };
    }

    private Step judged(AwaitResponse waiting, MsChapV2Packet.Response answer) throws InterruptedException {
        String user = answer.name().isEmpty() ? waiting.identity : answer.name();
        AuthDecision decision = judge.authenticate(new AuthRequest.MsChapV2(
                client, user, answer.msChapId(), waiting.challenge, answer.peerChallenge(), answer.ntResponse()));
        return switch (decision) {
            case AuthDecision.Accept accept -> accepted(accept, answer.msChapId());
            case AuthDecision.Reject reject -> rejected(waiting, reject);
            case AuthDecision.Challenge _ ->
                refuse(RejectReason.METHOD_UNSUPPORTED, "EAP-MSCHAPv2 cannot carry a second question");
        };
    }

    private Step accepted(AuthDecision.Accept accept, int msChapId) {
        String proof = accept.message();
        if (proof == null || accept.grant().keyingMaterial() == null) {
            wipe(accept.grant());
            return refuse(RejectReason.UNAVAILABLE, "no keys or no authenticator response for EAP-MSCHAPv2");
        }
        state = new AwaitSuccessSeen(accept.grant());
        String message = proof.contains(" M=") ? proof : proof + " M=OK";
        return ask(EapPackets.outcome(nextIdentifier(), MsChapV2Packet.SUCCESS, msChapId, message));
    }

    private Step rejected(AwaitResponse waiting, AuthDecision.Reject reject) {
        boolean retry = reject.reason() == RejectReason.BAD_CREDENTIALS && waiting.tries < MOST_TRIES;
        Octets challenge = newChallenge();
        int msChapId = (waiting.msChapId + 1) & 0xff;
        state = retry
                ? new AwaitResponse(waiting.identity, challenge, msChapId, waiting.tries + 1)
                : new AwaitFailureSeen(reject);
        // The identifier of the response; the next response of the peer carries one more (RFC 2759 §6).
        return ask(EapPackets.outcome(
                nextIdentifier(),
                MsChapV2Packet.FAILURE,
                waiting.msChapId,
                MsChapV2Failure.message(reject.reason(), retry, challenge)));
    }

    private Step ask(Octets request) {
        lastRequest = request;
        return new Step.Request(request);
    }

    private Step again() {
        return new Step.Request(lastRequest);
    }

    private Step succeed(Grant grant) {
        // Handed out once: whoever gets it wipes the keys.
        Step success = new Step.Success(EapPackets.end(EapPackets.SUCCESS, identifier), grant);
        state = new Ended(
                failure(new AuthDecision.Reject(RejectReason.BAD_CREDENTIALS, "the EAP conversation is over")));
        return success;
    }

    private Step refuse(RejectReason reason, String detail) {
        return refuse(new AuthDecision.Reject(reason, detail));
    }

    private Step refuse(AuthDecision.Reject reject) {
        if (state instanceof AwaitSuccessSeen waiting) {
            wipe(waiting.grant);
        }
        Step failure = failure(reject);
        state = new Ended(failure);
        return failure;
    }

    private Step failure(AuthDecision.Reject reject) {
        return new Step.Failure(EapPackets.end(EapPackets.FAILURE, identifier), reject);
    }

    private int nextIdentifier() {
        identifier = (identifier + 1) & 0xff;
        return identifier;
    }

    private Octets newChallenge() {
        byte[] challenge = new byte[MsChapV2Hashes.CHALLENGE_OCTETS];
        random.nextBytes(challenge);
        return Octets.of(challenge);
    }

    private static boolean isMsChap(EapPackets.Response response) {
        return response.type() == EapPackets.MSCHAPV2;
    }

    private static void wipe(Grant grant) {
        Secret keys = grant.keyingMaterial();
        if (keys != null) {
            keys.close();
        }
    }

    @Override
    public void close() {
        if (!(state instanceof Ended)) {
            refuse(RejectReason.BAD_CREDENTIALS, "the EAP conversation was given up");
        }
    }
}
