package io.sallyport.sstp.control;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.port443.ShownCertificate;
import io.sallyport.sstp.wire.ControlMessage.CallConnected;
import io.sallyport.sstp.wire.HashProtocol;
import io.sallyport.sstp.wire.HigherLayerKeys;
import java.util.List;
import java.util.Set;

/** What a client's crypto binding has to say on this connection. */
record ExpectedBinding(Set<HashProtocol> offered, ShownCertificate shown, Octets nonce) {
    /** Every comparison is made, and each takes the same time whatever it finds. */
    boolean isMetBy(CallConnected message, HigherLayerKeys keys) {
        HashProtocol protocol = message.hashProtocol();
        boolean met = offered.contains(protocol);
        met &= nonce.equals(message.nonce());
        met &= isShown(protocol, message.certificateHash());
        met &= keys.haveMade(message);
        return met;
    }

    private boolean isShown(HashProtocol protocol, Octets hash) {
        List<Octets> certificates = switch (protocol) {
            case SHA1 -> shown.sha1();
            case SHA256 -> shown.sha256();
        };
        boolean found = false;
        for (Octets certificate : certificates) {
            found |= certificate.equals(hash);
        }
        return found;
    }
}
