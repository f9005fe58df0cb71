package io.sallyport.sstp.ppp;

import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.MsChapV2Failure;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.RandomOctets;
import io.sallyport.sstp.ppp.ChapPacket.Challenge;
import io.sallyport.sstp.ppp.ChapPacket.ChangePassword;
import io.sallyport.sstp.ppp.ChapPacket.Failure;
import io.sallyport.sstp.ppp.ChapPacket.Response;
import io.sallyport.sstp.ppp.ChapPacket.Success;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * MS-CHAPv2 (RFC 2759) at the server: challenge, response, decision; a wrong password may be tried again with a challenge in the Failure. A response is asked
 * about once; what has the identifier of an answered one gets that answer, whatever it says, and all else is discarded: nobody is authenticated anew.
 */
final class ChapAuthenticator implements PeerAuthentication {
    private final ClientContext client;
    private final RandomOctets random;
    private final Owner owner;
    private final Octets name;
    private int triesLeft;
    private Octets challenge;
    private int identifier;
    private boolean isChallengeSent;
    private boolean deciding;
    private boolean over;
    private @Nullable ChapPacket answer;

    /** @param tries of this link that are left */
    ChapAuthenticator(PppTerms terms, int tries, ClientContext client, RandomOctets random, Owner owner) {
        this.client = client;
        this.random = random;
        this.owner = owner;
        name = Octets.of(terms.serverName().getBytes(StandardCharsets.UTF_8));
        triesLeft = tries;
        challenge = newChallenge();
        byte[] first = new byte[1];
        random.fill(first);
        identifier = first[0] & 0xff;
    }

    int triesLeft() {
        return triesLeft;
    }

    @Override
    public void start(long now) {
        isChallengeSent = true;
        retransmit(now);
        owner.asked(now);
    }

    @Override
    public void retransmit(long now) {
        if (isChallengeSent && answer == null && !deciding) {
            owner.send(PppProtocol.CHAP, ChapPacket.encode(new Challenge(identifier, challenge, name)));
        }
    }

    @Override
    public boolean isDeciding() {
        return deciding;
    }

    @Override
    public boolean isAwaiting() {
        return !deciding && !over;
    }

    @Override
    public void receive(Octets information, long now) throws PppException {
        switch (ChapPacket.decode(information)) {
            case Response response -> response(response);
            case ChangePassword request
            when !deciding && !over -> {
                answer = new Failure(request.identifier(), utf8(MsChapV2Failure.noChange(newChallenge())));
                refuse("MS-CHAPv2: the client asked for a change of its password, which is not offered", now);
            }
            case ChangePassword _, Challenge _, Success _, Failure _ -> {}
        }
    }

    private void response(Response response) {
        ChapPacket given = answer;
        if (given != null && response.identifier() == given.identifier()) {
            // RFC 1994 §4.2: "any Response packets received having the current Challenge Identifier MUST return the
            // same reply Code previously
            // returned for that Challenge Identifier"
            owner.send(PppProtocol.CHAP, ChapPacket.encode(given));
            return;
        }
        if (deciding || over || response.identifier() != identifier) {
            return;
        }
        deciding = true;
        triesLeft--;
        String user = new String(response.name().toByteArray(), StandardCharsets.UTF_8);
        owner.out()
                .authenticate(new AuthRequest.MsChapV2(
                        client, user, identifier, challenge, response.peerChallenge(), response.ntResponse()));
    }

    /** False when the client cannot be told: it would take no Success without the proof. */
    boolean accepted(@Nullable String proof, long now) {
        deciding = false;
        if (proof == null || MsChapV2Messages.proof(proof) == null) {
            answer = new Failure(
                    identifier, utf8(MsChapV2Failure.message(RejectReason.UNAVAILABLE, false, newChallenge())));
            refuse("MS-CHAPv2: accepted without the authenticator response", now);
            return false;
        }
        over = true;
        answer = new Success(identifier, utf8(MsChapV2Messages.success(proof)));
        owner.send(PppProtocol.CHAP, ChapPacket.encode(answer));
        return true;
    }

    /** @param message goes as it is, but for what it says of another try: the client must not hope for one that it does not have, or lack the challenge for one that it has */
    void refused(RejectReason reason, @Nullable String message, long now) {
        deciding = false;
        String own = message != null && MsChapV2Messages.isFailure(message) ? message : null;
        boolean retry = reason == RejectReason.BAD_CREDENTIALS
                && triesLeft > 0
                && (own == null || MsChapV2Messages.mayRetry(own));
        Octets given = own == null ? null : MsChapV2Messages.challenge(own);
        Octets next = given == null ? newChallenge() : given;
        String text = own == null
                ? MsChapV2Failure.message(reason, retry, next)
                : retry ? MsChapV2Messages.withChallenge(own, next) : MsChapV2Messages.withoutRetry(own);
        answer = new Failure(identifier, utf8(text));
        if (retry) {
            owner.send(PppProtocol.CHAP, ChapPacket.encode(answer));
            challenge = next;
            // RFC 2759 §9.1.4: the Response to the challenge in a Failure has the next identifier ("++ID").
            identifier = (identifier + 1) & 0xff;
            owner.asked(now);
        } else {
            refuse("MS-CHAPv2: " + reason, now);
        }
    }

    private void refuse(String detail, long now) {
        over = true;
        ChapPacket failure = answer;
        if (failure != null) {
            owner.send(PppProtocol.CHAP, ChapPacket.encode(failure));
        }
        owner.refused(detail, now);
    }

    private Octets newChallenge() {
        byte[] octets = new byte[ChapPacket.CHALLENGE_OCTETS];
        random.fill(octets);
        return Octets.of(octets);
    }

    private static Octets utf8(String text) {
        return Octets.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
