package io.sallyport.sstp.ppp;

import io.sallyport.core.octets.Octets;
import org.jspecify.annotations.Nullable;

/** LCP's Authentication-Protocol option (RFC 1661 §6.2). */
final class AuthOption {
    static final int TYPE = 3;

    private static final ConfigOption PAP = ConfigOption.ofShort(TYPE, PppProtocol.PAP);
    private static final ConfigOption EAP = ConfigOption.ofShort(TYPE, PppProtocol.EAP);
    // RFC 2759 §3: algorithm 0x81.
    private static final ConfigOption MS_CHAP_V2 =
            new ConfigOption(TYPE, Octets.of((byte) 0xc2, (byte) 0x23, (byte) 0x81));

    private AuthOption() {}

    static ConfigOption of(AuthProtocol protocol) {
        return switch (protocol) {
            case PAP -> PAP;
            case MS_CHAP_V2 -> MS_CHAP_V2;
            case EAP -> EAP;
        };
    }

    /** Null for one that neither end speaks: CHAP with MD5, MS-CHAP of version 1. */
    static @Nullable AuthProtocol read(ConfigOption option) {
        for (AuthProtocol protocol : AuthProtocol.values()) {
            if (of(protocol).equals(option)) {
                return protocol;
            }
        }
        return null;
    }

    static int number(AuthProtocol protocol) {
        return switch (protocol) {
            case PAP -> PppProtocol.PAP;
            case MS_CHAP_V2 -> PppProtocol.CHAP;
            case EAP -> PppProtocol.EAP;
        };
    }
}
