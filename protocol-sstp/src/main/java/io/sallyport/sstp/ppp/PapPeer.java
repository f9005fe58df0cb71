package io.sallyport.sstp.ppp;

import io.sallyport.core.octets.Octets;
import io.sallyport.sstp.ppp.PapPacket.AuthenticateAck;
import io.sallyport.sstp.ppp.PapPacket.AuthenticateNak;
import io.sallyport.sstp.ppp.PapPacket.AuthenticateRequest;
import java.nio.charset.StandardCharsets;

/** PAP (RFC 1334) at the client, which repeats its request until it is answered. */
final class PapPeer implements PeerLogin {
    private final PppLogin.Pap login;
    private final Owner owner;
    private int identifier;
    private boolean asked;

    PapPeer(PppLogin.Pap login, Owner owner) {
        this.login = login;
        this.owner = owner;
    }

    @Override
    public void start() {
        identifier = (identifier + 1) & 0xff;
        asked = true;
        retransmit();
    }

    @Override
    public void retransmit() {
        if (asked) {
            Octets user = Octets.of(login.user().getBytes(StandardCharsets.UTF_8));
            PapPacket request = new AuthenticateRequest(identifier, user, login.password());
            owner.send(PppProtocol.PAP, PapPacket.encode(request));
        }
    }

    @Override
    public void receive(Octets information, long now) throws PppException {
        PapPacket packet = PapPacket.decode(information);
        if (!asked || packet.identifier() != identifier) {
            return;
        }
        switch (packet) {
            case AuthenticateAck _ -> {
                asked = false;
                owner.accepted(null, now);
            }
            case AuthenticateNak _ -> {
                asked = false;
                owner.refused("PAP: Authenticate-Nak", 0, now);
            }
            case AuthenticateRequest request -> request.password().close();
        }
    }

    @Override
    public void networkBegan(long now) {}
}
