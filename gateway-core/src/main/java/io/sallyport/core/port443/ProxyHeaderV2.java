package io.sallyport.core.port443;

import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The binary header: signature, version and command, family, length, addresses, and type-length-values, of which only the checksum is looked into. */
final class ProxyHeaderV2 {
    /** Of a whole header: the specification's 536 octets, and room for what a proxy says of its client's TLS. */
    static final int LONGEST = 2048;

    private static final byte[] SIGNATURE = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");
    private static final int FIXED = 16;
    private static final int VERSION_AND_COMMAND = 12;
    private static final int FAMILY = 13;
    private static final int LENGTH = 14;

    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;
    private static final int UNSPEC = 0x00;
    private static final int TCP_OVER_IPV4 = 0x11;
    private static final int TCP_OVER_IPV6 = 0x21;

    private static final int TLV_HEADER = 3;
    private static final int TYPE_CRC32C = 0x03;
    private static final int CRC32C_OCTETS = 4;

    private ProxyHeaderV2() {}

    static @Nullable ProxyHeader decode(ByteBuf octets) throws ProxyHeaderException {
        int available = octets.readableBytes();
        if (!ProxyHeader.startsWith(octets, SIGNATURE) || available <= VERSION_AND_COMMAND) {
            return null;
        }
        int at = octets.readerIndex();
        int command = octets.getUnsignedByte(at + VERSION_AND_COMMAND);
        // "other values are unassigned and must not be emitted by senders. Receivers must drop connections presenting
        // unexpected values here."
        if (command != LOCAL && command != PROXY) {
            throw new ProxyHeaderException("neither LOCAL nor PROXY of version 2");
        }
        if (available < FIXED) {
            return null;
        }
        int length = FIXED + octets.getUnsignedShort(at + LENGTH);
        if (length > LONGEST) {
            throw new ProxyHeaderException("a header that is too long");
        }
        int family = octets.getUnsignedByte(at + FAMILY);
        int addresses = command == LOCAL ? 0 : addressOctets(family);
        if (length < FIXED + addresses) {
            throw new ProxyHeaderException("too short for its addresses");
        }
        if (available < length) {
            return null;
        }
        return whole(octets.slice(at, length), command == LOCAL ? UNSPEC : family, addresses / 2 - 2);
    }

    private static int addressOctets(int family) throws ProxyHeaderException {
        return switch (family) {
            case UNSPEC -> 0;
            case TCP_OVER_IPV4 -> 12;
            case TCP_OVER_IPV6 -> 36;
            // UDP and Unix sockets are none of a TCP port; for others, "must be rejected as invalid by receivers"
            default -> throw new ProxyHeaderException("no family of ours");
        };
    }

    private static ProxyHeader whole(ByteBuf header, int family, int addressOctets) throws ProxyHeaderException {
        // "the receiver must [...] use the real connection endpoints and discard the protocol block"
        if (family == UNSPEC) {
            return new ProxyHeader(null, header.readableBytes());
        }
        int ports = FIXED + 2 * addressOctets;
        checkValues(header, ports + 4);
        return new ProxyHeader(
                new ProxyHeader.Addresses(
                        address(header, FIXED, addressOctets, ports),
                        address(header, FIXED + addressOctets, addressOctets, ports + 2)),
                header.readableBytes());
    }

    private static InetSocketAddress address(ByteBuf header, int at, int octets, int port) {
        byte[] address = new byte[octets];
        header.getBytes(at, address);
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), header.getUnsignedShort(port));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** The values fill what is left of the header exactly; a checksum among them is right. */
    private static void checkValues(ByteBuf header, int from) throws ProxyHeaderException {
        int end = header.readableBytes();
        for (int at = from; at < end; ) {
            if (end - at < TLV_HEADER || end - at - TLV_HEADER < header.getUnsignedShort(at + 1)) {
                throw new ProxyHeaderException("a value beyond the header");
            }
            int length = header.getUnsignedShort(at + 1);
            if (header.getByte(at) == TYPE_CRC32C) {
                checkSum(header, at + TLV_HEADER, length);
            }
            at += TLV_HEADER + length;
        }
    }

    /** "the value of the checksum field is set to zero" for computing it. */
    private static void checkSum(ByteBuf header, int at, int length) throws ProxyHeaderException {
        if (length != CRC32C_OCTETS) {
            throw new ProxyHeaderException("a checksum of another length");
        }
        byte[] octets = new byte[header.readableBytes()];
        header.getBytes(0, octets);
        for (int i = 0; i < CRC32C_OCTETS; i++) {
            octets[at + i] = 0;
        }
        CRC32C sum = new CRC32C();
        sum.update(octets);
        if (sum.getValue() != header.getUnsignedInt(at)) {
            throw new ProxyHeaderException("a wrong checksum");
        }
    }
}
