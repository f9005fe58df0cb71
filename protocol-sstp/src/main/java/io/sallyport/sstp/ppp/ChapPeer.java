package io.sallyport.sstp.ppp;

import io.sallyport.core.auth.MsChapV2Hashes;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.RandomOctets;
import io.sallyport.core.octets.Secret;
import io.sallyport.sstp.ppp.ChapPacket.Challenge;
import io.sallyport.sstp.ppp.ChapPacket.ChangePassword;
import io.sallyport.sstp.ppp.ChapPacket.Failure;
import io.sallyport.sstp.ppp.ChapPacket.Response;
import io.sallyport.sstp.ppp.ChapPacket.Success;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** MS-CHAPv2 (RFC 2759) at the client, which does not believe a server that cannot prove that it knows the password. */
final class ChapPeer implements PeerLogin {
    private final PppLogin.MsChapV2 login;
    private final RandomOctets random;
    private final Owner owner;
    private @Nullable Challenge answered;
    private @Nullable Response response;
    private boolean over;

    ChapPeer(PppLogin.MsChapV2 login, RandomOctets random, Owner owner) {
        this.login = login;
        this.random = random;
        this.owner = owner;
    }

    @Override
    public void start() {
        answered = null;
        response = null;
        over = false;
    }

    /** RFC 1994 has the authenticator repeat itself; a lost Success is asked for by the Response once more (§4.2). */
    @Override
    public void retransmit() {
        Response last = response;
        if (last != null && !over) {
            owner.send(PppProtocol.CHAP, ChapPacket.encode(last));
        }
    }

    @Override
    public void receive(Octets information, long now) throws PppException {
        Response last = response;
        switch (ChapPacket.decode(information)) {
            case Challenge challenge -> challenged(challenge);
            case Success success
            when last != null && !over && success.identifier() == last.identifier() -> succeeded(last, success, now);
            case Failure failure
            when last != null && !over && failure.identifier() == last.identifier() -> {
                over = true;
                int code = MsChapV2Messages.errorCode(text(failure.message()));
                owner.refused("MS-CHAPv2: error " + code, code, now);
            }
            case Success _, Failure _, Response _, ChangePassword _ -> {}
        }
    }

    @Override
    public void networkBegan(long now) {}

    private void challenged(Challenge challenge) {
        if (over) {
            return;
        }
        if (!challenge.equals(answered)) {
            byte[] octets = new byte[ChapPacket.CHALLENGE_OCTETS];
            random.fill(octets);
            Octets own = Octets.of(octets);
            try (Secret hash = MsChapV2Hashes.ntHash(login.password())) {
                byte[] nt = MsChapV2Hashes.ntResponse(
                        MsChapV2Hashes.challengeHash(own, challenge.value(), login.user()), hash);
                byte[] value = new byte[ChapPacket.RESPONSE_OCTETS];
                System.arraycopy(octets, 0, value, 0, octets.length);
                System.arraycopy(nt, 0, value, 24, nt.length);
                Octets name = Octets.of(login.user().getBytes(StandardCharsets.UTF_8));
                response = new Response(challenge.identifier(), Octets.of(value), name);
            }
            answered = challenge;
        }
        retransmit();
    }

    private void succeeded(Response last, Success success, long now) {
        Challenge challenge = answered;
        if (challenge == null) {
            return;
        }
        over = true;
        try (Secret hash = MsChapV2Hashes.ntHash(login.password())) {
            byte[] challengeHash = MsChapV2Hashes.challengeHash(last.peerChallenge(), challenge.value(), login.user());
            String expected = MsChapV2Hashes.authenticatorResponse(hash, last.ntResponse(), challengeHash);
            String proof = MsChapV2Messages.proof(text(success.message()));
            if (proof == null || !octets(expected).equals(octets(proof.toUpperCase(Locale.ROOT)))) {
                owner.refused("MS-CHAPv2: the server does not know the password", 0, now);
            } else {
                owner.accepted(MsChapV2Hashes.keyingMaterial(hash, last.ntResponse()), now);
            }
        }
    }

    private static Octets octets(String text) {
        return Octets.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Octets message) {
        return new String(message.toByteArray(), StandardCharsets.UTF_8);
    }
}
