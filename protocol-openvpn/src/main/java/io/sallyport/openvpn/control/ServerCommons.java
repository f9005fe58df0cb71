package io.sallyport.openvpn.control;

/**
 * What all connections of a gateway share, on whatever worker they are.
 *
 * @param budget for what handshakes hold
 * @param challenges that users are answering
 */
public record ServerCommons(HandshakeBudget budget, Challenges challenges) {}
