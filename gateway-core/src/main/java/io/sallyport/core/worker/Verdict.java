package io.sallyport.core.worker;

/** What became of a packet, for {@code sallyport_packets_dropped_total{verdict=}}; a drop is counted under exactly one. */
public enum Verdict {
    // inner packets, both ways
    MALFORMED_IP,
    SPOOFED_SOURCE,
    NO_ROUTE,
    CLIENT_ISOLATION,
    MARTIAN,
    MULTICAST,
    REDIRECT,
    TOO_BIG,
    SESSION_CLOSED,
    SESSION_NOT_UP,
    RATE_LIMITED,
    // queues and sockets
    HANDOFF_FULL,
    LINK_FULL,
    NETWORK_FULL,
    SOCKET_FULL,
    SEND_FAILED,
    TRUNCATED,
    // outer packets
    MALFORMED,
    UNKNOWN_PEER,
    NOT_AUTHENTIC,
    REPLAYED,
    KEY_UNKNOWN,
    STALE_COOKIE,
    PROTOCOL_VIOLATION,
    HANDSHAKE_LIMIT,
    DRAINING,
    ANSWER_LIMIT,
    NOT_THIS_PROTOCOL,
    DEADLINE_PASSED,
    BINDING_MISMATCH,
    INTERNAL_ERROR;
}
