package io.sallyport.core.port443;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sallyport.core.worker.Verdict;

/** Counts what comes in before a handshake is done, and keeps a few octets from holding a large buffer. It goes when the handshake is done. */
final class HandshakeOctets extends ChannelInboundHandlerAdapter {
    private static final int LARGE = 4;

    private final TlsConnection connection;
    private int left;

    HandshakeOctets(int limit, TlsConnection connection) {
        this.left = limit;
        this.connection = connection;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf octets = (ByteBuf) message;
        left -= octets.readableBytes();
        if (left < 0) {
            octets.release();
            // once: nothing more is read from a closed channel, but the rest of this read may follow
            left = 0;
            connection.refuse(Verdict.HANDSHAKE_LIMIT);
        } else {
            ctx.fireChannelRead(compact(ctx, octets));
        }
    }

    private static ByteBuf compact(ChannelHandlerContext ctx, ByteBuf octets) {
        int length = octets.readableBytes();
        if (length > octets.capacity() / LARGE) {
            return octets;
        }
        try {
            return ctx.alloc().directBuffer(length).writeBytes(octets);
        } finally {
            octets.release();
        }
    }
}
