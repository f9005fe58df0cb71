package io.sallyport.sstp.control;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.port443.ShownCertificate;
import io.sallyport.sstp.wire.ControlMessage.CallConnected;
import io.sallyport.sstp.wire.HashProtocol;
import io.sallyport.sstp.wire.HigherLayerKeys;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a client's crypto binding has to say on this connection. */
record ExpectedBinding(Set<HashProtocol> offered, ShownCertificate shown, Octets nonce) {
    /** Offers those of the allowed that can be verified: what a terminator shows may be known by one hash alone. */
    static ExpectedBinding of(Set<HashProtocol> allowed, ShownCertificate shown, Octets nonce) {
        Set<HashProtocol> offered = allowed.stream()
                .filter(protocol -> !certificates(shown, protocol).isEmpty())
                .collect(Collectors.toUnmodifiableSet());
        return new ExpectedBinding(offered, shown, nonce);
    }

    /** The Hash Protocol Bitmask of MS-SSTP §2.2.6. */
    int offeredBits() {
        return offered.stream().mapToInt(HashProtocol::bit).sum();
    }

    private static List<Octets> certificates(ShownCertificate shown, HashProtocol protocol) {
        return switch (protocol) {
            case SHA1 -> shown.sha1();
            case SHA256 -> shown.sha256();
        };
    }

    /** What is wrong with it, for the log; null when nothing is. Every comparison is made, and each takes the same time whatever it finds. */
    @Nullable
    String flaw(CallConnected message, HigherLayerKeys keys) {
        HashProtocol protocol = message.hashProtocol();
        boolean made = keys.haveMade(message);
        boolean fresh = nonce.equals(message.nonce());
        boolean agreed = offered.contains(protocol);
        boolean known = isShown(protocol, message.certificateHash());
        if (made && fresh && agreed && known) {
            return null;
        }
        if (!made) {
            return "its compound MAC is not made of what its authentication gave";
        }
        if (!fresh) {
            return "its nonce is not this call's";
        }
        return agreed ? otherCertificate(message, keys) : "it is made with " + protocol + ", which was not offered";
    }

    /** Whoever made the MAC says what it was shown; without keys that may be anybody. */
    private static String otherCertificate(CallConnected message, HigherLayerKeys keys) {
        String certificate = "the certificate with the " + message.hashProtocol() + " thumbprint "
                + message.certificateHash().toHex();
        String who = "an attacker, or a terminator whose certificate is not in protocols.sstp.terminator-certificates";
        return keys.areSecret()
                ? "its TLS was ended by somebody else, who showed it " + certificate + ": " + who
                : "it names " + certificate
                        + ", though nothing proves it: PAP gives no keys. If it is right, its TLS was"
                        + " ended by somebody else: " + who;
    }

    private boolean isShown(HashProtocol protocol, Octets hash) {
        boolean found = false;
        for (Octets certificate : certificates(shown, protocol)) {
            found |= certificate.equals(hash);
        }
        return found;
    }
}
