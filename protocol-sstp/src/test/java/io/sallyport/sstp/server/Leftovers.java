package io.sallyport.sstp.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.List;

/** Looks at each buffer of a connection once more when the server is done with it: what it held then, in hex. */
final class Leftovers extends ChannelInboundHandlerAdapter {
    private final List<String> found;

    Leftovers(List<String> found) {
        this.found = found;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf octets = (ByteBuf) message;
        int length = octets.writerIndex();
        ctx.fireChannelRead(octets.retain());
        found.add(ByteBufUtil.hexDump(octets, 0, length));
        octets.release();
    }
}
