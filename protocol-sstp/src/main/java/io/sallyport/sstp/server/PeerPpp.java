package io.sallyport.sstp.server;

import io.sallyport.core.Gateway;
import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.EapConversation;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.auth.Who;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.session.Admission.Admittance;
import io.sallyport.core.session.Admission.Pending;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.session.Session;
import io.sallyport.core.worker.Timer;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import io.sallyport.sstp.ppp.NetworkTerms;
import io.sallyport.sstp.ppp.PppEnd;
import io.sallyport.sstp.ppp.PppServerOut;
import io.sallyport.sstp.wire.HigherLayerKeys;
import org.jspecify.annotations.Nullable;

/** Does what one peer's PPP wants done: who the client is, its session and its addresses. */
final class PeerPpp implements PppServerOut {
    private static final int EAP_FAILURE = 4;
    private static final int EAP_HEADER_OCTETS = 4;

    /** How PPP is told that the client is in. */
    private interface Welcome {
        void tell(NetworkTerms network, long nowNanos);
    }

    /** How PPP is told that there is no place for the client. */
    private interface TurnedAway {
        void tell(RejectReason reason, String clientText, long nowNanos);
    }

    private final SstpPeer peer;
    private final Gateway gateway;
    private final Worker worker;
    private final ClientContext client;
    private final SstpOutput output;
    private @Nullable EapConversation conversation;
    private @Nullable Pending pending;
    private @Nullable Session session;
    private @Nullable HigherLayerKeys keys;
    private @Nullable Timer wake;
    private String who = "";
    private boolean byMsChapV2;
    private boolean byPassword;
    private boolean authenticated;
    /** Whether somebody has heard why this client was refused, since it last said who it is. */
    private boolean told;

    PeerPpp(SstpPeer peer, Gateway gateway, Worker worker, ClientContext client, SstpOutput output) {
        this.peer = peer;
        this.gateway = gateway;
        this.worker = worker;
        this.client = client;
        this.output = output;
    }

    /** Null until the client is admitted. */
    @Nullable
    Session session() {
        return session;
    }

    boolean isAuthenticated() {
        return authenticated;
    }

    @Override
    public void send(int protocol, Octets information) {
        output.frame(protocol, information);
    }

    @Override
    public void authenticate(AuthRequest request) {
        who = Who.asks(request);
        told = false;
        byMsChapV2 = request instanceof AuthRequest.MsChapV2;
        byPassword = request instanceof AuthRequest.Password;
        pending = gateway.admission().authenticate(worker, request, decision -> {
            pending = null;
            peer.drive(now -> decided(decision, now));
        });
    }

    private void decided(AuthDecision decision, long nowNanos) {
        if (decision instanceof AuthDecision.Accept(Grant grant, String _) && isTooLate()) {
            wipe(grant);
            return;
        }
        switch (decision) {
            case AuthDecision.Accept(Grant grant, String message) ->
                admit(
                        grant,
                        (network, now) -> peer.ppp().accepted(message, network, now),
                        (reason, text, now) -> peer.ppp().refused(reason, noPlace(text), now),
                        nowNanos);
            case AuthDecision.Reject(RejectReason reason, String detail, String message) -> {
                refused(detail);
                peer.ppp().refused(reason, message, nowNanos);
            }
            case AuthDecision.Challenge _ -> {
                refused("a second question was asked, which PPP cannot carry");
                peer.ppp().refused(RejectReason.METHOD_UNSUPPORTED, null, nowNanos);
            }
        }
    }

    /** The password was right, so a client must not be told 691 (RFC 2759 §6) and ask its user for another: 649 is "no permission to dial in". */
    private String noPlace(String clientText) {
        return byMsChapV2 ? "E=649 R=0 C=" + "0".repeat(32) + " V=3 M=" + clientText : clientText;
    }

    @Override
    public void eap(Octets response) {
        EapConversation with = conversation;
        // Empty also when LCP was negotiated anew half way.
        if (with == null || response.isEmpty()) {
            closeConversation();
            with = gateway.admission().startEap(client);
            conversation = with;
        }
        String identity = Who.asksByEap(response);
        if (!identity.isEmpty()) {
            who = identity;
        }
        pending = gateway.admission().eap(worker, with, response, step -> {
            pending = null;
            peer.drive(now -> stepped(step, now));
        });
    }

    /** The link ended while its question was out: the answer is nobody's any more, and must not become a session. */
    private boolean isTooLate() {
        return peer.isOver() || !peer.ppp().isDeciding();
    }

    private void stepped(EapConversation.Step step, long nowNanos) {
        if (step instanceof EapConversation.Step.Success(Octets _, Grant grant) && isTooLate()) {
            wipe(grant);
        } else {
            follow(step, nowNanos);
        }
        // Only now: it may wipe what it gave.
        if (!(step instanceof EapConversation.Step.Request)) {
            closeConversation();
        }
    }

    private void follow(EapConversation.Step step, long nowNanos) {
        switch (step) {
            case EapConversation.Step.Request(Octets packet) -> peer.ppp().eapRequest(packet, nowNanos);
            case EapConversation.Step.Success(Octets packet, Grant grant) ->
                admit(
                        grant,
                        (network, now) -> peer.ppp().eapSuccess(packet, network, now),
                        (reason, _, now) -> peer.ppp().eapFailure(failureInsteadOf(packet), reason, now),
                        nowNanos);
            case EapConversation.Step.Failure(Octets packet, AuthDecision.Reject reject) -> {
                refused(reject.detail());
                peer.ppp().eapFailure(packet, reject.reason(), nowNanos);
            }
        }
    }

    /** RFC 3748 §4.2: both carry the identifier of the response that they answer. */
    private static Octets failureInsteadOf(Octets success) {
        return Octets.of((byte) EAP_FAILURE, success.at(1), (byte) 0, (byte) EAP_HEADER_OCTETS);
    }

    /** The client is who it says: from here on it needs a place and an address. */
    private void admit(Grant grant, Welcome welcome, TurnedAway turnedAway, long nowNanos) {
        who = grant.user();
        HigherLayerKeys made = keysOf(grant);
        if (made == null) {
            wipe(grant);
            refused("the authenticator gave no keys, and without them nothing binds the client to its TLS connection");
            turnedAway.tell(RejectReason.UNAVAILABLE, RejectReason.UNAVAILABLE.clientText(), nowNanos);
            return;
        }
        keys = made;
        pending = gateway.admission().open(worker, client, grant, admittance -> {
            pending = null;
            switch (admittance) {
                case Admittance.Opened(Session opened) -> opened(opened, welcome);
                case Admittance.Refused(String clientText, String detail, boolean temporary) -> {
                    refused(detail);
                    RejectReason reason = temporary ? RejectReason.TOO_BUSY : RejectReason.ACCOUNT_DISABLED;
                    peer.drive(now -> turnedAway.tell(reason, clientText, now));
                }
            }
        });
    }

    /** Null when there are none and should be: who is in the middle knows zeros too. PAP makes none, so whatever comes with it is not the client's. */
    private @Nullable HigherLayerKeys keysOf(Grant grant) {
        if (byPassword) {
            return HigherLayerKeys.ofNone();
        }
        Secret material = grant.keyingMaterial();
        return material == null || material.length() == 0 ? null : HigherLayerKeys.of(material);
    }

    private static void wipe(Grant grant) {
        Secret material = grant.keyingMaterial();
        if (material != null) {
            material.close();
        }
    }

    private void opened(Session opened, Welcome welcome) {
        if (isTooLate()) {
            opened.close(CloseReason.HANDSHAKE_FAILED);
            return;
        }
        session = opened;
        opened.whileOpen(reason -> peer.end(reason, reason.text()));
        NetworkTerms network = Terms.of(gateway.termsOf(opened));
        peer.drive(now -> {
            if (!peer.isOver()) {
                welcome.tell(network, now);
            }
        });
    }

    @Override
    public void discarded() {
        worker.verdicts().count(Verdict.MALFORMED);
    }

    @Override
    public void authenticated() {
        HigherLayerKeys known = keys;
        keys = null;
        authenticated = true;
        if (known != null) {
            peer.authenticated(known);
        }
    }

    @Override
    public void opened(Family family) {
        peer.family(family, true);
    }

    @Override
    public void closed(Family family) {
        peer.family(family, false);
    }

    @Override
    public void wakeAt(long nanos) {
        if (wake != null) {
            wake.cancel();
        }
        wake = worker.schedule(
                nanos - worker.nanoTime(),
                () -> peer.drive(now -> {
                    if (!peer.isOver()) {
                        peer.ppp().wake(now);
                    }
                }));
    }

    @Override
    public void ended(PppEnd end) {
        peer.pppEnded(end);
    }

    private void closeConversation() {
        EapConversation over = conversation;
        if (over != null) {
            conversation = null;
            over.close();
        }
    }

    private void refused(String detail) {
        told = true;
        gateway.sessions().refused(client, who, detail);
    }

    /** Nothing is to be done any more, and the session ends: first of all, because others may have its address and its place then. */
    void leave(CloseReason reason, String detail) {
        Ending.step(worker, () -> leaveSession(reason, detail));
        Ending.step(worker, () -> {
            if (pending != null) {
                pending.cancel();
            }
        });
        Ending.step(worker, this::closeConversation);
        Ending.step(worker, () -> {
            if (keys != null) {
                keys.close();
            }
        });
        Ending.step(worker, () -> {
            if (wake != null) {
                wake.cancel();
            }
        });
    }

    private void leaveSession(CloseReason reason, String detail) {
        Session ending = session;
        if (ending != null) {
            ending.close(reason, detail.equals(reason.text()) ? "" : detail);
        } else if (!told) {
            refused(detail);
        }
    }
}
