package io.sallyport.core.port443;

import io.netty.buffer.ByteBuf;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The line that people can read: {@code PROXY TCP4 192.0.2.1 192.0.2.2 56324 443}. */
final class ProxyHeaderV1 {
    /** "a 108-byte buffer is always enough to store all the line and a trailing zero": 107 octets with CR and LF. */
    static final int LONGEST = 107;

    private static final byte[] SIGNATURE = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final int FIELDS = 6;
    private static final int MAX_PORT = 65535;
    private static final int IPV4_OCTETS = 4;

    private ProxyHeaderV1() {}

    static @Nullable ProxyHeader decode(ByteBuf octets) throws ProxyHeaderException {
        if (!ProxyHeader.startsWith(octets, SIGNATURE)) {
            return null;
        }
        int within = Math.min(octets.readableBytes(), LONGEST);
        int end = octets.indexOf(octets.readerIndex(), octets.readerIndex() + within, (byte) '\n');
        if (end < 0) {
            if (within == LONGEST) {
                throw new ProxyHeaderException("a line without end");
            }
            return null;
        }
        int length = end - octets.readerIndex() + 1;
        if (octets.getByte(end - 1) != '\r') {
            throw new ProxyHeaderException("LF without CR");
        }
        String line = octets.toString(octets.readerIndex(), length - 2, StandardCharsets.US_ASCII);
        return new ProxyHeader(addresses(line), length);
    }

    private static ProxyHeader.@Nullable Addresses addresses(String line) throws ProxyHeaderException {
        String[] fields = line.split(" ", -1);
        // "the receiver must ignore anything presented before the CRLF is found"
        if (fields[1].equals("UNKNOWN")) {
            return null;
        }
        boolean ipv4 = fields[1].equals("TCP4");
        if (!ipv4 && !fields[1].equals("TCP6")) {
            throw new ProxyHeaderException("neither TCP4 nor TCP6 nor UNKNOWN");
        }
        if (fields.length != FIELDS) {
            throw new ProxyHeaderException("not six fields");
        }
        return new ProxyHeader.Addresses(
                new InetSocketAddress(ipv4 ? ipv4(fields[2]) : ipv6(fields[2]), number(fields[4], MAX_PORT)),
                new InetSocketAddress(ipv4 ? ipv4(fields[3]) : ipv6(fields[3]), number(fields[5], MAX_PORT)));
    }

    /** Four decimal numbers: the JDK's literals may have fewer parts. */
    private static InetAddress ipv4(String text) throws ProxyHeaderException {
        String[] parts = text.split("\\.", -1);
        if (parts.length != IPV4_OCTETS) {
            throw new ProxyHeaderException("no IPv4 address");
        }
        for (String part : parts) {
            number(part, 0xff);
        }
        return Inet4Address.ofLiteral(text);
    }

    private static InetAddress ipv6(String text) throws ProxyHeaderException {
        boolean colon = text.indexOf(':') >= 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // no zone, no brackets
            if (c != ':' && c != '.' && Character.digit(c, 16) < 0) {
                throw new ProxyHeaderException("no IPv6 address");
            }
        }
        try {
            if (colon) {
                return InetAddress.ofLiteral(text);
            }
        } catch (IllegalArgumentException _) {
            // said below
        }
        throw new ProxyHeaderException("no IPv6 address");
    }

    /** "represented as a decimal integer"; "heading zeroes are not permitted". */
    private static int number(String text, int max) throws ProxyHeaderException {
        if (text.isEmpty() || text.length() > 5 || (text.length() > 1 && text.charAt(0) == '0')) {
            throw new ProxyHeaderException("no number");
        }
        int number = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                throw new ProxyHeaderException("no number");
            }
            number = number * 10 + c - '0';
        }
        if (number > max) {
            throw new ProxyHeaderException("a number that is too large");
        }
        return number;
    }
}
