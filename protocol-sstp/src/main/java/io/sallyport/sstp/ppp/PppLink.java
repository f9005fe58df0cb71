package io.sallyport.sstp.ppp;

import io.sallyport.core.octets.Octets;
import io.sallyport.sstp.ppp.ControlPacket.ConfigureRequest;
import io.sallyport.sstp.ppp.ControlPacket.EchoReply;
import io.sallyport.sstp.ppp.ControlPacket.EchoRequest;
import io.sallyport.sstp.ppp.ControlPacket.ProtocolReject;
import io.sallyport.sstp.ppp.ControlPacket.TerminateAck;
import io.sallyport.sstp.ppp.ControlPacket.TerminateRequest;
import io.sallyport.sstp.ppp.PppEnd.Cause;
import io.sallyport.sstp.ppp.PppServerOut.Family;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The phases of a link (RFC 1661 §3), which are the same at both ends: LCP opens it, one end authenticates the other as its {@link Role} does it, network
 * control protocols follow, and Terminate-Request ends all. What a renegotiated LCP leaves is who the client is.
 */
final class PppLink {
    /** What differs between the ends. */
    interface Role {
        void send(int protocol, Octets information);

        /** LCP is open and nobody was authenticated yet. */
        void authenticate(long nowNanos);

        /** LCP is open no more. */
        void interrupted();

        /** A packet of PAP, CHAP or EAP while LCP is open; of which of them, and in which phase, is for the role to look at. */
        void authentication(int protocol, Octets information, long nowNanos) throws PppException;

        /** The peer says what it is (RFC 1570 §2.1). */
        void identified(Octets message);

        /** A packet that is none, or is too large. */
        void discarded(PppException why);

        /** The peer does not speak the protocol of authentication. */
        boolean isAuthentication(int protocol);

        /** An answer is awaited that would be lost if the link were negotiated anew now. */
        boolean isDeciding();

        /** A network protocol's packet came during authentication. */
        void networkBegan(long nowNanos);

        void opened(NetworkControl control);

        void closed(NetworkControl control);

        Cause endedByPeer();

        List<Alarm> alarms();

        void wake(long nowNanos);

        void wakeAt(long nanos);

        void ended(PppEnd end);
    }

    /** What is done with a packet that is to be looked at. */
    interface Step {
        void take() throws PppException;
    }

    /** How long an authenticated link may have no open family, whatever is negotiated meanwhile. */
    static final long NETWORK_WITHIN_NANOS = 60_000_000_000L;

    private final LcpPolicy policy;
    private final Automaton lcp;
    private final Role role;
    private final Echoes echoes;
    private final NetworkControls networks;
    private final Alarm network = new Alarm();
    private final Set<Family> openFamilies = EnumSet.noneOf(Family.class);
    private final Alarm told = new Alarm();
    private boolean authenticated;
    private boolean heard;
    private boolean over;
    private @Nullable PppEnd ending;

    PppLink(LcpPolicy policy, Automaton.Limits limits, Echoes echoes, Role role) {
        this.policy = policy;
        this.role = role;
        this.echoes = echoes;
        lcp = new Automaton(policy, limits, new LcpLayer());
        networks = new NetworkControls(limits, new Networks());
    }

    LcpPolicy policy() {
        return policy;
    }

    /** Whether it goes on: neither over nor about to be. */
    boolean isGoing() {
        return !over && ending == null;
    }

    boolean isAuthenticated() {
        return authenticated;
    }

    void start(long now) {
        echoes.heard(now);
        lcp.open(now);
        lcp.up(now);
        settle();
    }

    /** LCP from the beginning. */
    void renegotiate(long now) {
        if (isGoing()) {
            lcp.down(now);
            lcp.up(now);
            settle();
        }
    }

    void receive(int protocol, Octets information, long now) {
        receive(() -> route(protocol, information, now), now);
    }

    /** A packet of authentication that only its role may see. */
    void receiveAuthentication(int octets, Step authentication, long now) {
        receive(
                () -> {
                    requireFits(octets);
                    if (isGoing() && lcp.isOpened()) {
                        authentication.take();
                    }
                },
                now);
    }

    private void receive(Step packet, long now) {
        if (over) {
            return;
        }
        heard = true;
        echoes.heard(now);
        try {
            packet.take();
        } catch (PppException discarded) {
            // RFC 1661 §5: silently discarded; whoever sends nothing else runs into the deadlines.
            role.discarded(discarded);
        }
        settle();
    }

    void heard(long now) {
        echoes.heard(now);
    }

    /** The client is who it says; what it gets comes up now. */
    void authenticated(List<NetworkControls.Offer> offers, long now) {
        if (!isGoing()) {
            return;
        }
        authenticated = true;
        networks.offer(offers);
        networkPhase(now);
    }

    /** What carried it is gone: nothing is sent, and nobody is to be woken, any more. */
    void lowerDown(long now) {
        if (!over) {
            over = true;
            network.clear();
            echoes.stop();
            networks.lowerDown(now);
            role.interrupted();
        }
    }

    /** Ends the link in order: Terminate-Request, then its Ack or silence. */
    void end(PppEnd end, long now) {
        if (!isGoing()) {
            return;
        }
        ending = end;
        network.clear();
        echoes.stop();
        role.interrupted();
        if (lcp.isOpened() || lcp.isNegotiating()) {
            lcp.close(now);
        } else {
            finish();
        }
    }

    void wake(long now) {
        if (over) {
            return;
        }
        told.clear();
        if (lcp.restartTimer().rings(now)) {
            lcp.timeout(now);
        }
        networks.wake(now);
        if (isGoing() && network.rings(now)) {
            end(new PppEnd(Cause.NEGOTIATION, "no network protocol was opened"), now);
        }
        if (isGoing() && echoes.rings(now)) {
            echo(now);
        }
        if (isGoing()) {
            role.wake(now);
        }
        settle();
    }

    /** Says when to be woken, if that has changed. */
    void settle() {
        if (over) {
            return;
        }
        Alarm next = Alarm.earliest(List.of(
                lcp.restartTimer(), network, echoes.alarm(), networks.earliest(), Alarm.earliest(role.alarms())));
        if (next.isSet() && !(told.isSet() && told.at() == next.at())) {
            told.set(next.at());
            role.wakeAt(next.at());
        }
    }

    private static void requireFits(int octets) throws PppException {
        // RFC 1661 §6.1: "an implementation MUST always be able to receive the full 1500 octet information field"; our
        // MRU is smaller, so nobody may send more. A Reject is as long as what it rejects, and has to fit too.
        if (octets > LcpPolicy.DEFAULT_MRU) {
            throw new PppException(PppException.Fault.TOO_LARGE, octets + " octets of information");
        }
    }

    private void route(int protocol, Octets information, long now) throws PppException {
        requireFits(information.length());
        switch (protocol) {
            case PppProtocol.LCP -> lcp(ControlPackets.decode(information), now);
            case PppProtocol.PAP, PppProtocol.CHAP, PppProtocol.EAP -> {
                if (isGoing() && lcp.isOpened()) {
                    role.authentication(protocol, information, now);
                }
            }
            case PppProtocol.IPV4, PppProtocol.IPV6 -> {}
            default -> other(protocol, information, now);
        }
    }

    private void other(int protocol, Octets information, long now) throws PppException {
        boolean control = protocol == PppProtocol.IPCP || protocol == PppProtocol.IPV6CP;
        if (control && !authenticated && isGoing() && lcp.isOpened()) {
            role.networkBegan(now);
        }
        // RFC 1661 §3.5: "Only Link Control Protocol, authentication protocol, and link quality monitoring packets are
        // allowed during this
        // phase. All other packets received during this phase MUST be silently discarded."
        if (!authenticated || !isGoing() || !lcp.isOpened() || !PppProtocol.isNumber(protocol)) {
            return;
        }
        if (!networks.receive(protocol, information, policy.sendMru(), now)) {
            // RFC 1661 §5.7: "Protocol-Reject packets can only be sent in the LCP Opened state"; cut to the peer's MRU.
            int most = Math.min(information.length(), policy.sendMru() - ControlPackets.HEADER_OCTETS - 2);
            send(new ProtocolReject(lcp.nextIdentifier(), protocol, information.slice(0, most)));
        }
    }

    private void lcp(ControlPacket packet, long now) {
        switch (packet) {
            case ProtocolReject p -> protocolRejected(p.protocol(), now);
            case EchoRequest p -> echoRequested(p);
            case EchoReply _, ControlPacket.DiscardRequest _, ControlPacket.TimeRemaining _ -> {}
            // RFC 1570 §2.1: "There is no response to the Identification packet."
            case ControlPacket.Identification p -> role.identified(p.message());
            case TerminateRequest _ -> {
                lcp.receive(packet, policy.sendMru(), now);
                if (isGoing()) {
                    ending = new PppEnd(role.endedByPeer(), "Terminate-Request");
                    finish();
                }
            }
            case ConfigureRequest _, TerminateAck _ -> {
                if (!lcp.isOpened() || !role.isDeciding() || lcp.isRepeat(packet)) {
                    lcp.receive(packet, policy.sendMru(), now);
                }
            }
            case ControlPacket.ConfigureAck _,
                    ControlPacket.ConfigureNak _,
                    ControlPacket.ConfigureReject _,
                    ControlPacket.CodeReject _,
                    ControlPacket.UnknownCode _ -> lcp.receive(packet, policy.sendMru(), now);
        }
    }

    private void echoRequested(EchoRequest request) {
        // RFC 1661 §5.8: "Echo-Request and Echo-Reply packets received in any state other than the LCP Opened state
        // SHOULD be silently discarded."
        if (!lcp.isOpened() || (request.magic() != 0 && request.magic() == policy.magic())) {
            return;
        }
        int most = Math.min(request.data().length(), policy.sendMru() - ControlPackets.HEADER_OCTETS - 4);
        send(new EchoReply(request.identifier(), policy.magic(), request.data().slice(0, most)));
    }

    private void protocolRejected(int protocol, long now) {
        if (!lcp.isOpened() || !isGoing()) {
            return;
        }
        if (protocol == PppProtocol.LCP) {
            end(new PppEnd(Cause.PROTOCOL, "the peer does not know LCP"), now);
        } else if (!authenticated && role.isAuthentication(protocol)) {
            end(new PppEnd(Cause.AUTHENTICATION, "the peer does not know its own way of authentication"), now);
        } else {
            networks.rejected(protocol, now);
        }
    }

    private void echo(long now) {
        if (echoes.isTooMany()) {
            end(new PppEnd(Cause.SILENCE, "Echo-Requests were not answered"), now);
        } else if (echoes.isSilent(now) && lcp.isOpened()) {
            echoes.sent();
            send(new EchoRequest(lcp.nextIdentifier(), policy.magic(), Octets.EMPTY));
        }
    }

    private void networkPhase(long now) {
        awaitNetwork(now);
        networks.lowerUp(now);
    }

    /** From the moment that there is no open family, and not moved by what is negotiated anew. */
    private void awaitNetwork(long now) {
        if (authenticated && isGoing() && openFamilies.isEmpty() && !network.isSet()) {
            network.set(now + NETWORK_WITHIN_NANOS);
        }
    }

    private void send(ControlPacket packet) {
        send(PppProtocol.LCP, ControlPackets.encode(packet));
    }

    private void send(int protocol, Octets information) {
        if (!over) {
            role.send(protocol, information);
        }
    }

    /** Nothing after this. */
    private void finish() {
        PppEnd end = ending;
        if (!over && end != null) {
            networks.lowerDown(0);
            over = true;
            role.interrupted();
            role.ended(end);
        }
    }

    private final class LcpLayer implements Automaton.Layer {
        @Override
        public void send(ControlPacket packet) {
            PppLink.this.send(packet);
        }

        @Override
        public void layerUp(long now) {
            if (authenticated) {
                networkPhase(now);
            } else {
                role.authenticate(now);
            }
        }

        @Override
        public void layerDown(long now) {
            networks.lowerDown(now);
            awaitNetwork(now);
            role.interrupted();
        }

        @Override
        public void layerFinished(long now) {
            if (ending == null) {
                ending = heard
                        ? new PppEnd(Cause.NEGOTIATION, "LCP came to no agreement")
                        : new PppEnd(Cause.SILENCE, "no answer to Configure-Requests");
            }
            finish();
        }

        @Override
        public void gaveUp(PppEnd end, long now) {
            end(end, now);
        }
    }

    private final class Networks implements NetworkControl.Owner {
        @Override
        public void send(int protocol, Octets information) {
            PppLink.this.send(protocol, information);
        }

        @Override
        public void opened(NetworkControl control) {
            openFamilies.add(control.family());
            network.clear();
            role.opened(control);
        }

        @Override
        public void closed(NetworkControl control, long now) {
            openFamilies.remove(control.family());
            awaitNetwork(now);
            role.closed(control);
        }

        @Override
        public void finished(long now) {
            if (isGoing() && networks.areIdle()) {
                end(
                        networks.areTerminatedByPeer()
                                ? new PppEnd(role.endedByPeer(), "the last network protocol was terminated")
                                : new PppEnd(Cause.NEGOTIATION, "no network protocol is left"),
                        now);
            }
        }
    }
}
