package io.sallyport.core.port443;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.sallyport.core.worker.Timer;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import java.io.IOException;
import java.net.InetAddress;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first handler of a connection from a trusted proxy: reads one PROXY header, and gives what follows to the next handler. Until then the connection is counted overall alone,
 * from then on with the source that was told.
 */
final class ProxyHeaderHandler extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(ProxyHeaderHandler.class);

    private final Worker worker;
    private final long withinNanos;
    private final UndecidedLimit undecided;
    /** Makes the next handler, of what takes the connection out of the count. */
    private final Function<Runnable, ChannelHandler> next;

    private @Nullable ByteBuf first;
    private @Nullable Timer deadline;
    private boolean done;

    ProxyHeaderHandler(
            Worker worker, long withinNanos, UndecidedLimit undecided, Function<Runnable, ChannelHandler> next) {
        this.worker = worker;
        this.withinNanos = withinNanos;
        this.undecided = undecided;
        this.next = next;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        deadline = worker.schedule(withinNanos, () -> refuse(ctx, Verdict.DEADLINE_PASSED));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf octets = (ByteBuf) message;
        if (done) {
            octets.release();
            return;
        }
        first = first == null ? octets : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), first, octets);
        try {
            ProxyHeader header = ProxyHeader.decode(first);
            if (header != null) {
                told(ctx, header);
            }
        } catch (ProxyHeaderException e) {
            log.debug("{} began with no PROXY header: {}", ctx.channel(), e.getMessage());
            refuse(ctx, Verdict.MALFORMED);
        }
    }

    private void told(ChannelHandlerContext ctx, ProxyHeader header) {
        Runnable leave = undecided::leaveUntold;
        ProxyHeader.Addresses addresses = header.addresses();
        if (addresses != null) {
            InetAddress source = addresses.client().getAddress();
            if (!undecided.tell(source)) {
                worker.verdicts().count(Verdict.HANDSHAKE_LIMIT);
                release(settle());
                var _ = ctx.close();
                return;
            }
            leave = () -> undecided.leave(source);
            ClientAddress.tell(ctx.channel(), addresses.client(), addresses.reached());
        }
        giveOn(ctx.pipeline(), next.apply(leave), header.octets());
    }

    private void giveOn(ChannelPipeline pipeline, ChannelHandler to, int headerOctets) {
        ByteBuf octets = settle();
        pipeline.addLast(to);
        pipeline.remove(this);
        if (octets != null && octets.skipBytes(headerOctets).isReadable()) {
            pipeline.fireChannelRead(octets);
        } else {
            release(octets);
        }
    }

    private void refuse(ChannelHandlerContext ctx, Verdict verdict) {
        if (!done) {
            worker.verdicts().count(verdict);
            undecided.leaveUntold();
            release(settle());
            var _ = ctx.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        leave();
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        leave();
    }

    /** Gone before the header was whole. */
    private void leave() {
        if (!done) {
            if (first != null) {
                worker.verdicts().count(Verdict.MALFORMED);
            }
            undecided.leaveUntold();
            release(settle());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            // Netty hands what this handler throws back to it.
            worker.report("reading a PROXY header", cause);
        }
        var _ = ctx.close();
    }

    private @Nullable ByteBuf settle() {
        done = true;
        if (deadline != null) {
            deadline.cancel();
        }
        ByteBuf octets = first;
        first = null;
        return octets;
    }

    private static void release(@Nullable ByteBuf octets) {
        if (octets != null) {
            octets.release();
        }
    }
}
