package io.sallyport.openvpn.control;

import io.sallyport.core.tls.TlsContext;
import io.sallyport.openvpn.wire.OvpnSessionId;

/** Makes the keys of one server's connection, all between the same two session ids. */
record ServerKeyMaker(
        ServerTerms terms, HandshakeBudget budget, TlsContext tls, OvpnSessionId ours, OvpnSessionId theirs) {
    /** @param firstId see {@link KeyChannel} */
    ServerKey make(int keyId, long firstId, long now) {
        KeyChannel channel = new KeyChannel(keyId, ours, theirs, tls.newEndpoint(), firstId, budget);
        return new ServerKey(
                channel, now, Deadline.after(now, terms.handshakeWithin().toNanos()));
    }
}
