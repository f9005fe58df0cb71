package io.sallyport.core.auth;

import java.net.InetSocketAddress;

/**
 * Who is asking, as every authentication request carries it.
 *
 * @param protocol as in metrics and logs: {@code openvpn-udp}, {@code openvpn-tcp}, {@code sstp}, {@code ikev2}
 * @param sessionId what the session will be called (Acct-Session-Id), unique across restarts
 * @param outerAddress the client's address outside the tunnel (Calling-Station-Id)
 * @param localAddress the gateway's address that the client reached (Called-Station-Id)
 */
public record ClientContext(
        String protocol, String sessionId, InetSocketAddress outerAddress, InetSocketAddress localAddress) {}
