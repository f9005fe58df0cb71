package io.sallyport.sstp.ppp;

import io.sallyport.core.octets.Octets;
import io.sallyport.sstp.ppp.PppException.Fault;

/**
 * What PPP reads of an EAP packet (RFC 3748 §4).
 *
 * @param packet all of it, without padding
 */
record EapHeader(int code, int identifier, Octets packet) {
    static final int REQUEST = 1;
    static final int RESPONSE = 2;
    static final int SUCCESS = 3;
    static final int FAILURE = 4;

    static EapHeader decode(Octets information) throws PppException {
        Octets packet = ControlPackets.withoutPadding(information);
        int code = packet.at(0) & 0xff;
        boolean typed = code == REQUEST || code == RESPONSE;
        // RFC 3748 §4: "EAP packets with other codes MUST be silently discarded"
        if (!typed && code != SUCCESS && code != FAILURE) {
            throw new PppException(Fault.MALFORMED, "EAP has no code " + code);
        }
        if (typed && packet.length() == ControlPackets.HEADER_OCTETS) {
            throw new PppException(Fault.TRUNCATED, "an EAP packet without a type");
        }
        // RFC 3748 §4.2: "Length: 4"
        if (!typed && packet.length() != ControlPackets.HEADER_OCTETS) {
            throw new PppException(Fault.MALFORMED, "EAP-Success or EAP-Failure with data");
        }
        return new EapHeader(code, packet.at(1) & 0xff, packet);
    }
}
