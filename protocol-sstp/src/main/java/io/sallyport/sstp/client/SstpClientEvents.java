package io.sallyport.sstp.client;

import io.netty.buffer.ByteBuf;
import java.net.Inet4Address;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happens to an {@link SstpClient}; on its event loop. */
public interface SstpClientEvents {
    /** The first network protocol is open and the binding is sent: packets may flow. Once. */
    void connected(Connected connected);

    /** IPv6 is open; it may be before {@link #connected} or after it, or never. */
    default void ipv6(long interfaceId, long gatewayInterfaceId) {}

    /** An IP packet from the tunnel. Takes the buffer. */
    void accept(ByteBuf packet);

    /** The end of a batch of {@link #accept}. */
    void flush();

    /**
     * The connection is over, or never came to be. Once.
     *
     * @param errorCode of MS-CHAPv2, 0 when there is none
     */
    void closed(String detail, int errorCode);

    /**
     * @param ipv4 assigned, null when IPv6 came first
     * @param gateway the server's end, null likewise
     * @param interfaceId of IPv6, 0 when there is none yet
     * @param cipher version and suite of TLS
     * @param handshakeNanos from the first packet to the address
     */
    record Connected(
            @Nullable Inet4Address ipv4,
            @Nullable Inet4Address gateway,
            List<Inet4Address> dns,
            long interfaceId,
            String cipher,
            long handshakeNanos) {}
}
