package io.sallyport.core.auth;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import java.security.SecureRandom;

/**
 * The server's side of EAP-MSCHAPv2 (draft-kamath-pppext-eap-mschapv2-02): challenge, and then success or up to two more tries. Whoever knows the passwords is asked with
 * {@link AuthRequest.MsChapV2}, so any authenticator will do.
 */
public final class EapMsChapV2 implements EapMethod {
    private static final int MOST_PACKETS = 20;
    private static final int MOST_TRIES = 3;
    private static final String SERVER_NAME = "sallyport";

    private sealed interface State {}

    private record Start() implements State {}

    private record AwaitResponse(String identity, Octets challenge, int msChapId, int tries) implements State {}

    private record AwaitSuccessSeen(Grant grant) implements State {}

    private record AwaitFailureSeen(AuthDecision.Reject reject) implements State {}

    private record Ended() implements State {}

    private final ClientContext client;
    private final Authenticator judge;
    private final SecureRandom random;
    private State state = new Start();

    public EapMsChapV2(ClientContext client, Authenticator judge, SecureRandom random) {
        this.client = client;
        this.judge = judge;
        this.random = random;
    }

    @Override
    public int type() {
        return EapPackets.MSCHAPV2;
    }

    @Override
    public int mostPackets() {
        return MOST_PACKETS;
    }

    @Override
    public Turn begin(String identity) {
        AwaitResponse next = new AwaitResponse(identity, newChallenge(), random.nextInt(256), 1);
        state = next;
        return new Turn.Ask(MsChapV2Packet.challenge(next.msChapId, next.challenge, SERVER_NAME));
    }

    @Override
    public Turn receive(Octets data) throws InterruptedException {
        return switch (state) {
            case AwaitResponse waiting -> response(waiting, data);
            case AwaitSuccessSeen waiting ->
                MsChapV2Packet.decode(data) instanceof MsChapV2Packet.SuccessSeen
                        ? succeed(waiting.grant)
                        : refuse(RejectReason.BAD_CREDENTIALS, "the peer does not trust our answer");
            case AwaitFailureSeen waiting -> refuse(waiting.reject);
            case Start _, Ended _ -> refuse(RejectReason.BAD_CREDENTIALS, "EAP-MSCHAPv2 is not under way");
        };
    }

    private Turn response(AwaitResponse waiting, Octets data) throws InterruptedException {
        return switch (MsChapV2Packet.decode(data)) {
            case MsChapV2Packet.Response answer when answer.msChapId() == waiting.msChapId -> judged(waiting, answer);
            case MsChapV2Packet.FailureSeen _
            when waiting.tries > 1 ->
                refuse(
                        RejectReason.BAD_CREDENTIALS,
                        "the peer gave up after " + (waiting.tries - 1) + " wrong passwords");
            case null, default -> refuse(RejectReason.BAD_CREDENTIALS, "malformed EAP-MSCHAPv2 response");
        };
    }

    private Turn judged(AwaitResponse waiting, MsChapV2Packet.Response answer) throws InterruptedException {
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

    private Turn accepted(AuthDecision.Accept accept, int msChapId) {
        String proof = accept.message();
        if (proof == null || accept.grant().keyingMaterial() == null) {
            wipe(accept.grant());
            return refuse(RejectReason.UNAVAILABLE, "no keys or no authenticator response for EAP-MSCHAPv2");
        }
        state = new AwaitSuccessSeen(accept.grant());
        String message = proof.contains(" M=") ? proof : proof + " M=OK";
        return new Turn.Ask(MsChapV2Packet.outcome(MsChapV2Packet.SUCCESS, msChapId, message));
    }

    private Turn rejected(AwaitResponse waiting, AuthDecision.Reject reject) {
        boolean retry = reject.reason() == RejectReason.BAD_CREDENTIALS && waiting.tries < MOST_TRIES;
        Octets challenge = newChallenge();
        int msChapId = (waiting.msChapId + 1) & 0xff;
        state = retry
                ? new AwaitResponse(waiting.identity, challenge, msChapId, waiting.tries + 1)
                : new AwaitFailureSeen(reject);
        // The identifier of the response; the next response of the peer carries one more (RFC 2759 §6).
        return new Turn.Ask(MsChapV2Packet.outcome(
                MsChapV2Packet.FAILURE, waiting.msChapId, MsChapV2Failure.message(reject.reason(), retry, challenge)));
    }

    private Turn succeed(Grant grant) {
        // Handed out once: whoever gets it wipes the keys.
        state = new Ended();
        return new Turn.Accept(grant);
    }

    private Turn refuse(RejectReason reason, String detail) {
        return refuse(new AuthDecision.Reject(reason, detail));
    }

    private Turn refuse(AuthDecision.Reject reject) {
        close();
        return new Turn.Refuse(reject);
    }

    private Octets newChallenge() {
        byte[] challenge = new byte[MsChapV2Hashes.CHALLENGE_OCTETS];
        random.nextBytes(challenge);
        return Octets.of(challenge);
    }

    private static void wipe(Grant grant) {
        Secret keys = grant.keyingMaterial();
        if (keys != null) {
            keys.close();
        }
    }

    @Override
    public void close() {
        if (state instanceof AwaitSuccessSeen waiting) {
            wipe(waiting.grant);
        }
        state = new Ended();
    }
}
