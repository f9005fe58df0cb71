package io.sallyport.sstp.ppp;

import io.sallyport.core.octets.Octets;
import io.sallyport.sstp.ppp.PppServerOut.Family;

/** A network control protocol of a link: its automaton, and what became of it. */
final class NetworkControl implements Automaton.Layer {
    /** Whom it tells. */
    interface Owner {
        void send(int protocol, Octets information);

        void opened(NetworkControl control);

        void closed(NetworkControl control, long nowNanos);

        /** It has no open family and does not negotiate one any more. */
        void finished(long nowNanos);
    }

    private final Family family;
    private final Owner owner;
    private final Automaton automaton;
    private boolean abandoned;
    private boolean terminatedByPeer;

    NetworkControl(Family family, ConfigPolicy policy, Automaton.Limits limits, Owner owner) {
        this.family = family;
        this.owner = owner;
        automaton = new Automaton(policy, limits, this);
        automaton.open(0);
    }

    Family family() {
        return family;
    }

    int protocol() {
        return family == Family.IPV4 ? PppProtocol.IPCP : PppProtocol.IPV6CP;
    }

    boolean isOpened() {
        return automaton.isOpened();
    }

    /** Neither open nor on the way. */
    boolean isIdle() {
        return abandoned || automaton.state() == Automaton.State.STOPPED;
    }

    boolean isAbandoned() {
        return abandoned;
    }

    boolean isTerminatedByPeer() {
        return terminatedByPeer;
    }

    Alarm restartTimer() {
        return automaton.restartTimer();
    }

    void lowerUp(long now) {
        if (!abandoned) {
            automaton.up(now);
        }
    }

    void lowerDown(long now) {
        automaton.down(now);
    }

    void timeout(long now) {
        automaton.timeout(now);
    }

    void receive(Octets information, int sendMru, long now) throws PppException {
        ControlPacket packet = ControlPackets.decode(information);
        terminatedByPeer = packet instanceof ControlPacket.TerminateRequest;
        automaton.receive(packet, sendMru, now);
    }

    /** The peer does not speak it, or will not agree: nothing more of it. */
    void abandon(long now) {
        if (!abandoned) {
            abandoned = true;
            automaton.stop(now);
            owner.finished(now);
        }
    }

    @Override
    public void send(ControlPacket packet) {
        owner.send(protocol(), ControlPackets.encode(packet));
    }

    @Override
    public void layerUp(long now) {
        owner.opened(this);
    }

    @Override
    public void layerDown(long now) {
        owner.closed(this, now);
    }

    @Override
    public void layerFinished(long now) {
        owner.finished(now);
    }

    @Override
    public void gaveUp(PppEnd end, long now) {
        abandon(now);
    }
}
