package io.sallyport.core.udp;

import java.net.InetSocketAddress;

/**
 * Both ends of a datagram. A reply on the same path leaves from the address that the datagram was sent to. The edge hands out the same object for
 * the same path as long as it remembers it, so comparing with {@code ==} first is worth it; {@code equals} decides.
 */
public record UdpPath(InetSocketAddress peer, InetSocketAddress local) {}
