package io.sallyport.core.eap;

import io.sallyport.core.auth.EapPackets;
import io.sallyport.core.eap.EapTlsPacket.MalformedException;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.tls.TlsEndpoint;

/** TLS messages in fragments of EAP-TLS, both ways, between EAP and a TLS endpoint (RFC 5216 §2.1.5). */
final class EapTlsFlow {
    /** A whole EAP packet: any PPP link that carries IPv6 takes it (RFC 8200 §5), and with IKE's headers it fits into a datagram on most paths. */
    static final int DEFAULT_PACKET_OCTETS = 1280;

    /** Of one message from the peer. */
    static final int MOST_FRAGMENTS = 100;

    private static final int LEAST_DATA_OCTETS = 1;

    private final TlsEndpoint endpoint;
    private final int dataOctets;

    private int announced = EapTlsPacket.NO_LENGTH;
    private int received;
    private int fragments;
    private int unsent;

    /** @param packetOctets of a whole EAP packet that is sent */
    EapTlsFlow(TlsEndpoint endpoint, int packetOctets) {
        this.endpoint = endpoint;
        dataOctets = packetOctets - EapPackets.HEADER_OCTETS - EapTlsPacket.FLAGS_OCTETS;
        if (dataOctets < EapTlsPacket.LENGTH_OCTETS + LEAST_DATA_OCTETS) {
            throw new IllegalArgumentException("packets of " + packetOctets + " octets have no room for TLS");
        }
    }

    /** Hands a fragment to TLS. True when it was the last of its message. */
    boolean take(EapTlsPacket packet) throws MalformedException {
        if (++fragments > MOST_FRAGMENTS) {
            throw new MalformedException("more than " + MOST_FRAGMENTS + " fragments");
        }
        checkLength(packet);
        received += packet.data().length();
        if (received > (announced == EapTlsPacket.NO_LENGTH ? EapTlsPacket.MOST_MESSAGE_OCTETS : announced)) {
            throw new MalformedException("more octets than the message's " + announced);
        }
        byte[] data = packet.data().toByteArray();
        if (!endpoint.feed(data, 0, data.length)) {
            throw new MalformedException("more octets than TLS takes");
        }
        if (packet.more()) {
            return false;
        }
        if (announced != EapTlsPacket.NO_LENGTH && received < announced) {
            throw new MalformedException(received + " octets of a message of " + announced);
        }
        announced = EapTlsPacket.NO_LENGTH;
        received = 0;
        fragments = 0;
        return true;
    }

    private void checkLength(EapTlsPacket packet) throws MalformedException {
        boolean first = fragments == 1;
        if (first) {
            // RFC 5216 §3.1: "The L bit [...] MUST be set for the first fragment of a fragmented TLS message or set of
            // messages."
            if (packet.more() && packet.length() == EapTlsPacket.NO_LENGTH) {
                throw new MalformedException("a first fragment that does not say how long the message is");
            }
            announced = packet.length();
        } else if (packet.length() != EapTlsPacket.NO_LENGTH && packet.length() != announced) {
            // Some say it in every fragment.
            throw new MalformedException("a length that changes from " + announced + " to " + packet.length());
        }
    }

    /** Whether a fragment of ours waits for the peer's acknowledgement of the one before. */
    boolean isSending() {
        return unsent > 0;
    }

    /** The first packet of all that TLS has to say; an acknowledgement when it has nothing. */
    EapTlsPacket first() {
        unsent = endpoint.pending();
        if (unsent <= dataOctets) {
            return part(EapTlsPacket.NO_LENGTH, dataOctets);
        }
        return part(unsent, dataOctets - EapTlsPacket.LENGTH_OCTETS);
    }

    EapTlsPacket next() {
        return part(EapTlsPacket.NO_LENGTH, dataOctets);
    }

    private EapTlsPacket part(int length, int most) {
        byte[] data = endpoint.drain(Math.min(most, unsent));
        unsent -= data.length;
        return new EapTlsPacket(false, unsent > 0, length, Octets.of(data));
    }
}
