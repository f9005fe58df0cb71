package io.sallyport.sstp.ppp;

import io.sallyport.core.octets.Octets;
import io.sallyport.sstp.ppp.PppServerOut.Family;
import java.util.ArrayList;
import java.util.List;

/** The network control protocols of a link: none before the client is authenticated. */
final class NetworkControls {
    /** A family that is to be negotiated. */
    record Offer(Family family, ConfigPolicy policy) {}

    private final Automaton.Limits limits;
    private final NetworkControl.Owner owner;
    private final List<NetworkControl> controls = new ArrayList<>();

    NetworkControls(Automaton.Limits limits, NetworkControl.Owner owner) {
        this.limits = limits;
        this.owner = owner;
    }

    void offer(List<Offer> offers) {
        for (Offer offer : offers) {
            controls.add(new NetworkControl(offer.family, offer.policy, limits, owner));
        }
    }

    /** False when nobody here speaks this protocol. */
    boolean receive(int protocol, Octets information, int sendMru, long now) throws PppException {
        for (NetworkControl control : controls) {
            if (control.protocol() == protocol && !control.isAbandoned()) {
                control.receive(information, sendMru, now);
                return true;
            }
        }
        return false;
    }

    /** The peer sent Protocol-Reject for a family's control protocol, or for its packets. */
    void rejected(int protocol, long now) {
        for (NetworkControl control : controls) {
            int data = control.family() == Family.IPV4 ? PppProtocol.IPV4 : PppProtocol.IPV6;
            if (protocol == control.protocol() || protocol == data) {
                control.abandon(now);
            }
        }
    }

    void lowerUp(long now) {
        controls.forEach(each -> each.lowerUp(now));
    }

    void lowerDown(long now) {
        controls.forEach(each -> each.lowerDown(now));
    }

    void wake(long now) {
        for (NetworkControl control : controls) {
            if (control.restartTimer().rings(now)) {
                control.timeout(now);
            }
        }
    }

    Alarm earliest() {
        return Alarm.earliest(
                controls.stream().map(NetworkControl::restartTimer).toList());
    }

    boolean areIdle() {
        return controls.stream().allMatch(NetworkControl::isIdle);
    }

    boolean areTerminatedByPeer() {
        return controls.stream().anyMatch(NetworkControl::isTerminatedByPeer);
    }
}
