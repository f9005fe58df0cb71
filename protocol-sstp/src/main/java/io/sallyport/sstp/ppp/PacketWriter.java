package io.sallyport.sstp.ppp;

import io.sallyport.core.octets.Octets;
import java.io.ByteArrayOutputStream;

/** Writes a packet that begins with code, identifier and length, and puts the length in at the end. */
final class PacketWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    PacketWriter header(int code, int identifier) {
        return octet(code).octet(identifier).octet(0).octet(0);
    }

    PacketWriter octet(int value) {
        out.write(value);
        return this;
    }

    PacketWriter octets(Octets octets) {
        out.writeBytes(octets.toByteArray());
        return this;
    }

    PacketWriter octets(byte[] octets) {
        out.writeBytes(octets);
        return this;
    }

    Octets packet() {
        byte[] packet = out.toByteArray();
        packet[2] = (byte) (packet.length >> 8);
        packet[3] = (byte) packet.length;
        return Octets.of(packet);
    }
}
