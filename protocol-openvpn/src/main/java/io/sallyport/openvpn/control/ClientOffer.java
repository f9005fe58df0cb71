package io.sallyport.openvpn.control;

import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.openvpn.control.ServerTerms.Require;
import io.sallyport.openvpn.wire.DataCipher;
import io.sallyport.openvpn.wire.DataFormat;
import io.sallyport.openvpn.wire.KeyMethod2;
import io.sallyport.openvpn.wire.OccOptions;
import io.sallyport.openvpn.wire.PeerInfo;
import io.sallyport.openvpn.wire.PushedOptions;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * What a client brought to one key's negotiation, found acceptable in form; who it is has still to be asked.
 *
 * @param user as sent; empty for none
 * @param subject of its certificate; empty for none
 * @param cipher the first of ours that it can do
 */
record ClientOffer(String user, String subject, PeerInfo peer, DataCipher cipher, AuthRequest request) {

    /** Takes from the message what the request needs; the message is closed by the caller. */
    static ClientOffer judge(
            KeyMethod2.Client message,
            List<X509Certificate> chain,
            ServerTerms terms,
            ClientContext context,
            Challenges challenges,
            long now)
            throws Refusal {
        refuseWhatIsNotSpoken(message);
        DataCipher cipher = cipher(message, terms.ciphers());
        AuthRequest request = request(message, chain, terms.require(), context, challenges, now);
        String subject = chain.isEmpty()
                ? ""
                : chain.getFirst().getSubjectX500Principal().getName();
        return new ClientOffer(message.user(), subject, message.peerInfo(), cipher, request);
    }

    /** Wipes the secrets of a request that nobody will be asked. */
    void close() {
        close(request);
    }

    private static void close(AuthRequest request) {
        switch (request) {
            case AuthRequest.Password password -> password.password().close();
            case AuthRequest.BearerToken token -> token.token().close();
            case AuthRequest.Every every -> every.parts().forEach(ClientOffer::close);
            case AuthRequest.CertificateChain chain -> {}
            case AuthRequest.MsChapV2 response -> {}
        }
    }

    /** What its data packets will be; no renegotiation changes it. */
    DataFormat format() {
        return PushedOptions.format(peer);
    }

    /** Whether the same client asks again: a renegotiation must not change who it is. */
    boolean sameClientAs(ClientOffer before) {
        return user.equals(before.user) && subject.equals(before.subject);
    }

    /** Clients before 2.6 do not. */
    boolean exportsKeys() {
        return peer.speaks(PeerInfo.PROTO_TLS_KEY_EXPORT);
    }

    private static void refuseWhatIsNotSpoken(KeyMethod2.Client message) throws Refusal {
        OccOptions options = OccOptions.parse(message.options());
        if (options.isTap()) {
            throw Refusal.unsupported("this gateway has no layer-2 tunnels, use dev tun");
        }
        if (options.compresses()) {
            throw Refusal.unsupported("compression is not supported, remove comp-lzo and compress");
        }
    }

    private static DataCipher cipher(KeyMethod2.Client message, List<DataCipher> ours) throws Refusal {
        PeerInfo peer = message.peerInfo();
        OccOptions options = OccOptions.parse(message.options());
        DataCipher chosen = PushedOptions.choose(ours, peer, options);
        if (chosen != null) {
            return chosen;
        }
        List<String> names = ours.stream().map(DataCipher::wireName).toList();
        throw new Refusal(
                "no common data cipher, this gateway offers " + String.join(":", names),
                "no common data cipher: the client offers " + String.join(":", peer.ciphers()) + " "
                        + options.value("cipher"),
                false);
    }

    private static AuthRequest request(
            KeyMethod2.Client message,
            List<X509Certificate> chain,
            Require require,
            ClientContext context,
            Challenges challenges,
            long now)
            throws Refusal {
        boolean hasCertificate = !chain.isEmpty();
        boolean hasPassword = !message.user().isEmpty() || message.password().length() > 0;
        boolean needsCertificate = require == Require.CERTIFICATE || require == Require.BOTH;
        boolean needsPassword = require == Require.PASSWORD || require == Require.BOTH;
        if (needsCertificate && !hasCertificate) {
            throw Refusal.of(RejectReason.CERTIFICATE_MISSING, "the client sent no certificate");
        }
        if (needsPassword && !hasPassword) {
            throw Refusal.of(RejectReason.CREDENTIALS_MISSING, "the client sent no user name and password");
        }
        if (!hasCertificate && !hasPassword) {
            throw Refusal.of(RejectReason.CREDENTIALS_MISSING, "the client sent neither certificate nor password");
        }
        List<AuthRequest> parts = new ArrayList<>();
        if (hasCertificate && require != Require.PASSWORD) {
            parts.add(new AuthRequest.CertificateChain(context, chain));
        }
        if (hasPassword && require != Require.CERTIFICATE) {
            parts.add(Passwords.request(message, context, challenges, now));
        }
        return parts.size() == 1 ? parts.getFirst() : new AuthRequest.Every(context, parts);
    }
}
