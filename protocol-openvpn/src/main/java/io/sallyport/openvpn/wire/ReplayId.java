package io.sallyport.openvpn.wire;

/**
 * What tls-crypt and tls-auth number their packets with: unsigned 32-bit seconds of the sender's clock at its start, and a count
 * from 1. {@link #NONE} where packets carry none.
 */
public record ReplayId(long seconds, long count) {
    public static final ReplayId NONE = new ReplayId(0, 0);
}
