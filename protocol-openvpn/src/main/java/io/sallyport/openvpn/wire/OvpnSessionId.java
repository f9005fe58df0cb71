package io.sallyport.openvpn.wire;

import java.util.HexFormat;

/**
 * What one end calls a connection: 8 octets, in network order. Zero means "none" on the wire and is not an id.
 */
public record OvpnSessionId(long value) {
    public static final int OCTETS = 8;

    public OvpnSessionId {
        if (value == 0) {
            throw new IllegalArgumentException("a session id of zero");
        }
    }

    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(value);
    }
}
