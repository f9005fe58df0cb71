package io.sallyport.sstp.ppp;

import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.RandomOctets;
import io.sallyport.core.octets.Secret;
import io.sallyport.sstp.ppp.PppEnd.Cause;
import io.sallyport.sstp.ppp.PppServerOut.Family;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The server's end of one PPP link (RFC 1661) without I/O: LCP, then authentication, then IPCP and IPV6CP. Frames of IP packets never come here.
 *
 * <p>A client that negotiates LCP anew after it was authenticated is not asked again who it is, and gets the same addresses; one that does so while it is being
 * authenticated begins that anew. While an authenticator decides, such a request waits: the client will repeat it.
 *
 * <p>Not thread-safe; times are of the monotonic clock. Nothing here throws because of what the client sent.
 */
public final class PppServer {
    private static final int LEAST_IPV6_MRU = 1280;
    /** Windows sends three Identifications in a row: "MSRASV5.20", "MSRAS-0-" with its computer's name, and 16 octets that name the attempt in its own logs. */
    private static final Octets WINDOWS = Octets.of("MSRAS".getBytes(StandardCharsets.US_ASCII));

    private final PppTerms terms;
    private final ClientContext client;
    private final RandomOctets random;
    private final PppServerOut out;
    private final AuthDemand demand;
    private final PppLink link;
    private boolean windows;
    private final Alarm retransmission = new Alarm();
    private final Alarm deadline = new Alarm();
    private final AuthenticationOwner owner = new AuthenticationOwner();
    private @Nullable PeerAuthentication authentication;
    private int authenticationProtocol;
    private int retransmissions;
    private int passwordsLeft;

    public PppServer(PppTerms terms, ClientContext client, RandomOctets random, PppServerOut out) {
        this.terms = terms;
        this.client = client;
        this.random = random;
        this.out = out;
        passwordsLeft = terms.maxPasswords();
        demand = new AuthDemand(terms.authentication());
        link = new PppLink(
                LcpPolicy.ofServer(terms.mru(), random, demand),
                new Automaton.Limits(terms.retry().toNanos(), terms.maxConfigure()),
                new Echoes(terms.echoEvery().toNanos(), terms.maxEchoes()),
                new ServerRole());
    }

    /** Sends the first Configure-Request. */
    public void start(long nowNanos) {
        link.start(nowNanos);
    }

    /**
     * Takes a frame that carries no IP packet, and none of PAP's.
     *
     * @param information what follows the protocol field, padding included
     */
    public void receive(int protocol, Octets information, long nowNanos) {
        link.receive(protocol, information, nowNanos);
    }

    /**
     * Takes one of PAP's, in which there is a password, and wipes it.
     *
     * @param information what follows the protocol field, padding included
     */
    public void receivePap(Secret information, long nowNanos) {
        try (information) {
            link.receiveAuthentication(information.length(), () -> pap(information, nowNanos), nowNanos);
        }
    }

    private void pap(Secret information, long now) throws PppException {
        if (authentication instanceof PapAuthenticator pap) {
            pap.receive(information, now);
            if (!pap.isAwaiting()) {
                clearAlarms();
            }
        }
    }

    /** Whether the client has ever identified itself as Windows does: once it has, what else it says of itself changes nothing. */
    public boolean isWindows() {
        return windows;
    }

    /**
     * The answer to {@link PppServerOut#authenticate}.
     *
     * @param message for the client, unchanged: MS-CHAPv2's {@code S=...}
     */
    public void accepted(@Nullable String message, NetworkTerms network, long nowNanos) {
        if (isDeciding()) {
            boolean told = switch (authentication) {
                case PapAuthenticator pap -> {
                    pap.accepted(message);
                    yield true;
                }
                case ChapAuthenticator chap -> chap.accepted(message, nowNanos);
                case EapAuthenticator _ -> false;
                case null -> false;
            };
            if (told) {
                authenticated(network, nowNanos);
            }
            link.settle();
        }
    }

    /**
     * The other answer, also when the client is who it says but there is no place for it.
     *
     * @param message for the client, unchanged: MS-CHAPv2's {@code E=...}
     */
    public void refused(RejectReason reason, @Nullable String message, long nowNanos) {
        if (isDeciding()) {
            switch (authentication) {
                case PapAuthenticator pap -> pap.refused(reason, message, nowNanos);
                case ChapAuthenticator chap -> chap.refused(reason, message, nowNanos);
                case EapAuthenticator _ -> {}
                case null -> {}
            }
            link.settle();
        }
    }

    public void eapRequest(Octets packet, long nowNanos) {
        if (isDeciding() && authentication instanceof EapAuthenticator eap) {
            eap.request(packet, nowNanos);
            link.settle();
        }
    }

    public void eapSuccess(Octets packet, NetworkTerms network, long nowNanos) {
        if (isDeciding() && authentication instanceof EapAuthenticator eap) {
            eap.succeeded(packet);
            authenticated(network, nowNanos);
            link.settle();
        }
    }

    /** @param packet EAP-Failure */
    public void eapFailure(Octets packet, RejectReason reason, long nowNanos) {
        if (isDeciding() && authentication instanceof EapAuthenticator eap) {
            eap.failed(packet, reason.name(), nowNanos);
            link.settle();
        }
    }

    /** Data arrived from the client: it lives. Cheap, for each batch. */
    public void heard(long nowNanos) {
        link.heard(nowNanos);
    }

    /** Ends the link in order, with Terminate-Request. */
    public void terminate(String detail, long nowNanos) {
        link.end(new PppEnd(Cause.GATEWAY, detail), nowNanos);
        link.settle();
    }

    /** What carries the link is gone: from here on nothing is sent and nothing asked. Unlike the other methods it may be called from within {@link PppServerOut}'s. */
    public void lowerDown(long nowNanos) {
        link.lowerDown(nowNanos);
    }

    public void wake(long nowNanos) {
        link.wake(nowNanos);
    }

    /** The largest IP packet that may be sent: the client's MRU, within ours. */
    public int sendMru() {
        return link.policy().sendMru();
    }

    /** Whether the client takes frames without address and control field (RFC 1661 §6.6). */
    public boolean mayCompressAddress() {
        return link.policy().mayCompressAddress();
    }

    /** Whether the client takes protocol fields of one octet (RFC 1661 §6.5). */
    public boolean mayCompressProtocol() {
        return link.policy().mayCompressProtocol();
    }

    /** Whether an answer of {@link PppServerOut#authenticate} or {@link PppServerOut#eap} is awaited: one that comes when it is not would change nothing. */
    public boolean isDeciding() {
        return link.isGoing() && authentication != null && authentication.isDeciding();
    }

    private void clearAlarms() {
        retransmission.clear();
        deadline.clear();
    }

    private void authenticated(NetworkTerms network, long now) {
        clearAlarms();
        demand.waive();
        out.authenticated();
        link.authenticated(offers(network), now);
    }

    private List<NetworkControls.Offer> offers(NetworkTerms network) {
        List<NetworkControls.Offer> offers = new ArrayList<>();
        if (network.ipv4() != null && network.gatewayIpv4() != null) {
            offers.add(new NetworkControls.Offer(
                    Family.IPV4, new IpcpServerPolicy(network.ipv4(), network.gatewayIpv4(), network.dns())));
        }
        // RFC 8200 §5: "IPv6 requires that every link in the Internet have an MTU of 1280 octets or greater."
        if (network.interfaceId() != 0 && sendMru() >= LEAST_IPV6_MRU) {
            offers.add(new NetworkControls.Offer(
                    Family.IPV6, new Ipv6cpServerPolicy(network.interfaceId(), network.gatewayInterfaceId())));
        }
        return offers;
    }

    private final class AuthenticationOwner implements PeerAuthentication.Owner {
        @Override
        public void send(int protocol, Octets information) {
            out.send(protocol, information);
        }

        @Override
        public void asked(long now) {
            retransmissions = 0;
            retransmission.set(now + terms.retry().toNanos());
            deadline.set(now + terms.authenticateWithin().toNanos());
        }

        @Override
        public void refused(String detail, long now) {
            link.end(new PppEnd(Cause.AUTHENTICATION, detail), now);
        }

        @Override
        public PppServerOut out() {
            return out;
        }
    }

    private final class ServerRole implements PppLink.Role {
        @Override
        public void send(int protocol, Octets information) {
            out.send(protocol, information);
        }

        @Override
        public void authenticate(long now) {
            AuthProtocol agreed = demand.current();
            if (agreed == null) {
                throw new IllegalStateException("LCP is open and asks nobody who it is");
            }
            authenticationProtocol = AuthOption.number(agreed);
            PeerAuthentication begun = switch (agreed) {
                case PAP -> new PapAuthenticator(client, owner);
                case MS_CHAP_V2 -> new ChapAuthenticator(terms, passwordsLeft, client, random, owner);
                case EAP -> new EapAuthenticator(owner);
            };
            authentication = begun;
            deadline.set(now + terms.authenticateWithin().toNanos());
            begun.start(now);
            stopClocks(begun);
        }

        @Override
        public void interrupted() {
            clearAlarms();
        }

        @Override
        public void authentication(int protocol, Octets information, long now) throws PppException {
            PeerAuthentication current = authentication;
            if (current != null && protocol == authenticationProtocol) {
                current.receive(information, now);
                if (current instanceof ChapAuthenticator chap) {
                    passwordsLeft = chap.triesLeft();
                }
                stopClocks(current);
            }
        }

        @Override
        public void identified(Octets message) {
            int most = Math.min(message.length(), WINDOWS.length());
            windows |= message.slice(0, most).equals(WINDOWS);
        }

        @Override
        public void discarded(PppException why) {
            out.discarded();
        }

        private void stopClocks(PeerAuthentication current) {
            if (!current.isAwaiting()) {
                clearAlarms();
            }
        }

        @Override
        public boolean isAuthentication(int protocol) {
            return protocol == authenticationProtocol;
        }

        @Override
        public boolean isDeciding() {
            return authentication != null && authentication.isDeciding();
        }

        /** Not before the client has said who it is. */
        @Override
        public void networkBegan(long now) {}

        @Override
        public void opened(NetworkControl control) {
            out.opened(control.family());
        }

        @Override
        public void closed(NetworkControl control) {
            out.closed(control.family());
        }

        @Override
        public Cause endedByPeer() {
            return Cause.CLIENT;
        }

        @Override
        public List<Alarm> alarms() {
            return List.of(retransmission, deadline);
        }

        @Override
        public void wake(long now) {
            if (deadline.rings(now)) {
                link.end(new PppEnd(Cause.AUTHENTICATION, "the client did not say who it is in time"), now);
            } else if (retransmission.rings(now) && authentication != null) {
                authentication.retransmit(now);
                if (++retransmissions < terms.maxConfigure()) {
                    retransmission.set(now + terms.retry().toNanos());
                }
            }
        }

        @Override
        public void wakeAt(long nanos) {
            out.wakeAt(nanos);
        }

        @Override
        public void ended(PppEnd end) {
            out.ended(end);
        }
    }
}
