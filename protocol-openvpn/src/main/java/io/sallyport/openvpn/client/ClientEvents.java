package io.sallyport.openvpn.client;

import io.netty.buffer.ByteBuf;
import io.sallyport.openvpn.control.ClientOut;
import io.sallyport.openvpn.wire.PushReply;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** What happens to an {@link OpenVpnClient}; on its event loop. */
public interface ClientEvents {
    void connected(Connected connected);

    /** The server has changed its configuration; all that holds now. */
    default void updated(PushReply reply) {}

    /** An IP packet from the tunnel. Takes the buffer, which has 24 octets before the packet. */
    void accept(ByteBuf packet);

    /** The end of a batch of {@link #accept}. */
    void flush();

    /** The connection is over, or never came to be. Once. */
    void closed(ClientOut.End end, String detail);

    /**
     * @param ipv4 assigned, or null
     * @param ipv6 assigned, or null
     * @param cipher of the data channel, as OpenVPN names it
     * @param handshakeNanos from the first packet to the configuration
     */
    record Connected(
            @Nullable InetAddress ipv4,
            @Nullable InetAddress ipv6,
            String cipher,
            String tlsVersion,
            long handshakeNanos,
            PushReply reply) {
        static Connected of(ClientOut.Up up, long handshakeNanos) {
            return new Connected(
                    address(up.reply().value("ifconfig"), ' '),
                    address(up.reply().value("ifconfig-ipv6"), '/'),
                    up.cipher().wireName(),
                    up.tlsVersion(),
                    handshakeNanos,
                    up.reply());
        }

        private static @Nullable InetAddress address(String option, char end) {
            int at = option.indexOf(end);
            try {
                return at <= 0 ? null : InetAddress.ofLiteral(option.substring(0, at));
            } catch (IllegalArgumentException e) {
                return null;
            }
        }
    }
}
