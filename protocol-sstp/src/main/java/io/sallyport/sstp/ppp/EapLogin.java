package io.sallyport.sstp.ppp;

import io.sallyport.core.auth.EapPeer;
import io.sallyport.core.octets.Octets;
import org.jspecify.annotations.Nullable;

/** EAP (RFC 3748) at the client: what the method says is the {@link EapPeer}'s, and Success counts only when the method has ended well. */
final class EapLogin implements PeerLogin {
    private final EapPeer peer;
    private final Owner owner;
    private @Nullable Octets request;
    private @Nullable Octets response;
    private boolean over;

    EapLogin(EapPeer peer, Owner owner) {
        this.peer = peer;
        this.owner = owner;
    }

    @Override
    public void start() {
        request = null;
        response = null;
        over = false;
    }

    /** The authenticator is the one who repeats itself in EAP. */
    @Override
    public void retransmit() {}

    @Override
    public void receive(Octets information, long now) throws PppException {
        EapHeader packet = EapHeader.decode(information);
        if (over || packet.code() == EapHeader.RESPONSE) {
            return;
        }
        switch (packet.code()) {
            case EapHeader.REQUEST -> {
                // RFC 3748 §4.1: "If a peer receives a duplicate Request for which it has already sent a Response,
                // it MUST resend its original Response."
                if (request == null || !packet.packet().equals(request)) {
                    response = peer.receive(packet.packet());
                    request = packet.packet();
                }
                if (response != null) {
                    owner.send(PppProtocol.EAP, response);
                }
            }
            case EapHeader.SUCCESS -> {
                peer.receive(packet.packet());
                networkBegan(now);
            }
            default -> {
                over = true;
                peer.receive(packet.packet());
                owner.refused("EAP-Failure", 0, now);
            }
        }
    }

    /** RFC 3748 §4.2: Success is never repeated, so that network protocols begin says the same, to a method that has ended well. */
    @Override
    public void networkBegan(long now) {
        if (!over && peer.isComplete()) {
            over = true;
            owner.accepted(peer.keyingMaterial(), now);
        }
    }
}
