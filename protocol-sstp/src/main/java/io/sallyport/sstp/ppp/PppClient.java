package io.sallyport.sstp.ppp;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.RandomOctets;
import io.sallyport.core.octets.Secret;
import io.sallyport.sstp.ppp.PppEnd.Cause;
import io.sallyport.sstp.ppp.PppServerOut.Family;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of one PPP link without I/O, for tests, demo and load. It says who it is in the one way that its login has, and talks to no server that
 * wants another or none.
 */
public final class PppClient {
    private static final long RETRY_NANOS = 3_000_000_000L;
    private static final int MAX_CONFIGURE = 20;
    /** A server may have to ask another one, and a user to answer. */
    private static final long AUTHENTICATE_WITHIN_NANOS = 120_000_000_000L;

    private final AuthProtocol protocol;
    private final PppClientOut out;
    private final PeerLogin login;
    private final PppLink link;
    private final IpcpClientPolicy ipcp = new IpcpClientPolicy();
    private final Ipv6cpClientPolicy ipv6cp;
    private final Alarm retransmission = new Alarm();
    private final Alarm deadline = new Alarm();
    private int errorCode;

    public PppClient(PppLogin login, int mru, RandomOctets random, PppClientOut out) {
        this.out = out;
        Owner owner = new Owner();
        this.login = switch (login) {
            case PppLogin.Pap pap -> new PapPeer(pap, owner);
            case PppLogin.MsChapV2 chap -> new ChapPeer(chap, random, owner);
            case PppLogin.Eap eap -> new EapLogin(eap.peer(), owner);
        };
        protocol = switch (login) {
            case PppLogin.Pap _ -> AuthProtocol.PAP;
            case PppLogin.MsChapV2 _ -> AuthProtocol.MS_CHAP_V2;
            case PppLogin.Eap _ -> AuthProtocol.EAP;
        };
        ipv6cp = new Ipv6cpClientPolicy(random);
        link = new PppLink(
                LcpPolicy.ofClient(mru, random, protocol),
                new Automaton.Limits(RETRY_NANOS, MAX_CONFIGURE),
                new Echoes(0, 0),
                new ClientRole());
    }

    public void start(long nowNanos) {
        link.start(nowNanos);
    }

    public void receive(int protocol, Octets information, long nowNanos) {
        link.receive(protocol, information, nowNanos);
    }

    /** Negotiates LCP once more, from the beginning. */
    public void renegotiate(long nowNanos) {
        link.renegotiate(nowNanos);
    }

    public void terminate(long nowNanos) {
        link.end(new PppEnd(Cause.CLIENT, "terminated"), nowNanos);
        link.settle();
    }

    public void wake(long nowNanos) {
        link.wake(nowNanos);
    }

    /** The largest IP packet that may be sent: the server's MRU, within ours. */
    public int sendMru() {
        return link.policy().sendMru();
    }

    private final class Owner implements PeerLogin.Owner {
        @Override
        public void send(int protocol, Octets information) {
            out.send(protocol, information);
        }

        @Override
        public void accepted(@Nullable Secret keyingMaterial, long now) {
            retransmission.clear();
            deadline.clear();
            if (link.isAuthenticated()) {
                if (keyingMaterial != null) {
                    keyingMaterial.close();
                }
                return;
            }
            out.authenticated(keyingMaterial);
            link.authenticated(
                    List.of(
                            new NetworkControls.Offer(Family.IPV4, ipcp),
                            new NetworkControls.Offer(Family.IPV6, ipv6cp)),
                    now);
        }

        @Override
        public void refused(String detail, int code, long now) {
            errorCode = code;
            link.end(new PppEnd(Cause.AUTHENTICATION, detail), now);
        }
    }

    private final class ClientRole implements PppLink.Role {
        @Override
        public void send(int protocol, Octets information) {
            out.send(protocol, information);
        }

        @Override
        public void authenticate(long now) {
            if (link.policy().demanded() != protocol) {
                link.end(new PppEnd(Cause.AUTHENTICATION, "the server does not ask who this is"), now);
                return;
            }
            deadline.set(now + AUTHENTICATE_WITHIN_NANOS);
            retransmission.set(now + RETRY_NANOS);
            login.start();
        }

        @Override
        public void interrupted() {
            retransmission.clear();
            deadline.clear();
        }

        @Override
        public void identified(Octets message) {}

        /** A client counts nothing. */
        @Override
        public void discarded(PppException why) {}

        @Override
        public void authentication(int number, Octets information, long now) throws PppException {
            if (number == AuthOption.number(protocol)) {
                login.receive(information, now);
            }
        }

        @Override
        public boolean isAuthentication(int number) {
            return number == AuthOption.number(protocol);
        }

        @Override
        public boolean isDeciding() {
            return false;
        }

        @Override
        public void networkBegan(long now) {
            login.networkBegan(now);
        }

        @Override
        public void opened(NetworkControl control) {
            switch (control.family()) {
                case IPV4 -> out.ipv4(ipcp.own(), ipcp.gateway(), ipcp.dns());
                case IPV6 -> out.ipv6(ipv6cp.own(), ipv6cp.gateway());
            }
        }

        @Override
        public void closed(NetworkControl control) {}

        @Override
        public Cause endedByPeer() {
            return Cause.GATEWAY;
        }

        @Override
        public List<Alarm> alarms() {
            return List.of(retransmission, deadline);
        }

        @Override
        public void wake(long now) {
            if (deadline.rings(now)) {
                link.end(new PppEnd(Cause.AUTHENTICATION, "the server did not answer in time"), now);
            } else if (retransmission.rings(now)) {
                retransmission.set(now + RETRY_NANOS);
                login.retransmit();
            }
        }

        @Override
        public void wakeAt(long nanos) {
            out.wakeAt(nanos);
        }

        @Override
        public void ended(PppEnd end) {
            out.ended(end, errorCode);
        }
    }
}
