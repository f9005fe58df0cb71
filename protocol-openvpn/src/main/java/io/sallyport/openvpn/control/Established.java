package io.sallyport.openvpn.control;

import io.sallyport.openvpn.wire.DataCipher;
import io.sallyport.openvpn.wire.PeerInfo;

/**
 * What was agreed with a client.
 *
 * @param peerInfo what it said of itself
 * @param tlsVersion of the control channel, as {@code TLSv1.3}
 * @param tlsCipherSuite of the control channel
 */
public record Established(DataCipher cipher, PeerInfo peerInfo, String tlsVersion, String tlsCipherSuite) {}
