package io.sallyport.core.port443;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A header of the PROXY protocol (haproxy's proxy-protocol.txt, revision of 2020/03/05), version 1 or 2: whose connection a proxy passes on.
 *
 * <p>Netty has a decoder of its own; it takes what the specification forbids (ports such as {@code +1}, doubled fields of lengths that do not fit) and throws unchecked exceptions.
 *
 * @param addresses null where the proxy tells none, for its own health checks or unknown protocols: then TCP's hold
 * @param octets how long the header is
 */
record ProxyHeader(@Nullable Addresses addresses, int octets) {
    /** @param client who connected to the proxy
     * @param reached the proxy's own address */
    record Addresses(InetSocketAddress client, InetSocketAddress reached) {}

    /**
     * Borrows the octets that a connection begins with, from the reader index; reads none of them.
     *
     * @return null when there are too few to tell
     * @throws ProxyHeaderException as soon as they cannot become a header any more
     */
    static @Nullable ProxyHeader decode(ByteBuf octets) throws ProxyHeaderException {
        if (!octets.isReadable()) {
            return null;
        }
        return octets.getByte(octets.readerIndex()) == 'P'
                ? ProxyHeaderV1.decode(octets)
                : ProxyHeaderV2.decode(octets);
    }

    /** @throws ProxyHeaderException when what is there is not how this begins */
    static boolean startsWith(ByteBuf octets, byte[] start) throws ProxyHeaderException {
        int length = Math.min(octets.readableBytes(), start.length);
        for (int i = 0; i < length; i++) {
            if (octets.getByte(octets.readerIndex() + i) != start[i]) {
                throw new ProxyHeaderException("no PROXY signature");
            }
        }
        return length == start.length;
    }
}
