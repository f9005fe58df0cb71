package io.sallyport.openvpn.control;

import io.sallyport.core.crypto.Aead;
import io.sallyport.openvpn.wire.PeerInfo;

/**
 * What was agreed with a client.
 *
 * @param peerInfo what it said of itself
 * @param tlsVersion of the control channel, as {@code TLSv1.3}
 * @param tlsCipherSuite of the control channel
 */
public record Established(Aead cipher, PeerInfo peerInfo, String tlsVersion, String tlsCipherSuite) {}
