package io.sallyport.core.port443;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;

/** Who a connection is from, and which address of ours it reached: as TCP says, or as a trusted proxy before the gateway told (PROXY protocol). */
public final class ClientAddress {
    private static final AttributeKey<InetSocketAddress> CLIENT = AttributeKey.valueOf(ClientAddress.class, "CLIENT");
    private static final AttributeKey<InetSocketAddress> LOCAL = AttributeKey.valueOf(ClientAddress.class, "LOCAL");

    private ClientAddress() {}

    public static InetSocketAddress of(Channel channel) {
        InetSocketAddress told = channel.attr(CLIENT).get();
        return told != null ? told : (InetSocketAddress) channel.remoteAddress();
    }

    /** The address that the client reached. */
    public static InetSocketAddress reached(Channel channel) {
        InetSocketAddress told = channel.attr(LOCAL).get();
        return told != null ? told : (InetSocketAddress) channel.localAddress();
    }

    /** A trusted proxy has told. */
    static void tell(Channel channel, InetSocketAddress client, InetSocketAddress reached) {
        channel.attr(CLIENT).set(client);
        channel.attr(LOCAL).set(reached);
    }
}
