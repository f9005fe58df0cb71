package io.sallyport.core.port443;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.sallyport.core.worker.Timer;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first handler of a connection: keeps its first octets until a protocol claims it, and then gives it away with all of them. Whatever else happens first (silence,
 * reset, end of stream, nobody's protocol) closes it.
 */
final class Detector extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(Detector.class);

    private final List<StreamProtocol> protocols;
    private final Worker worker;
    private final long decideWithinNanos;
    /** Told once, when the connection is no longer undecided. */
    private final Runnable settled;

    private @Nullable ByteBuf first;
    private @Nullable Timer deadline;
    private boolean done;

    Detector(List<StreamProtocol> protocols, Worker worker, long decideWithinNanos, Runnable settled) {
        this.protocols = protocols;
        this.worker = worker;
        this.decideWithinNanos = decideWithinNanos;
        this.settled = settled;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        deadline = worker.schedule(decideWithinNanos, () -> refuse(ctx, Verdict.DEADLINE_PASSED));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf octets = (ByteBuf) message;
        if (done) {
            octets.release();
            return;
        }
        first = first == null ? octets : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), first, octets);
        decide(ctx, first);
    }

    private void decide(ChannelHandlerContext ctx, ByteBuf octets) {
        boolean last = octets.readableBytes() >= StreamProtocol.OCTETS_TO_DECIDE;
        for (StreamProtocol protocol : protocols) {
            switch (claim(protocol, octets)) {
                case YES -> {
                    giveTo(protocol, ctx.channel());
                    return;
                }
                case UNDECIDED -> {
                    // whoever comes later in the order waits for it: how TCP cut the octets must not decide
                    if (!last) {
                        return;
                    }
                }
                case NO -> {}
            }
        }
        if (octets.isReadable()) {
            refuse(ctx, Verdict.NOT_THIS_PROTOCOL);
        }
    }

    @SuppressWarnings("CatchingUnchecked") // a protocol's bug costs this connection only
    private static StreamProtocol.Claim claim(StreamProtocol protocol, ByteBuf octets) {
        try {
            int length = Math.min(octets.readableBytes(), StreamProtocol.OCTETS_TO_DECIDE);
            return protocol.claims(octets.slice(octets.readerIndex(), length).asReadOnly());
        } catch (RuntimeException e) {
            log.error("{} failed to look at a connection", protocol.name(), e);
            return StreamProtocol.Claim.NO;
        }
    }

    private void giveTo(StreamProtocol protocol, Channel channel) {
        ByteBuf octets = settle();
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.remove(this);
        try {
            protocol.accept(channel, worker);
        } catch (RuntimeException e) {
            log.error("{} failed to take a connection", protocol.name(), e);
            worker.verdicts().count(Verdict.INTERNAL_ERROR);
            release(octets);
            var _ = channel.close();
            return;
        }
        // the end of this read follows by itself: the loop fires it through the whole pipeline
        if (octets != null) {
            pipeline.fireChannelRead(octets);
        }
    }

    private void refuse(ChannelHandlerContext ctx, Verdict verdict) {
        if (!done) {
            worker.verdicts().count(verdict);
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

    /** Gone before it was decided: a reset, an end of stream, or the worker stops. */
    private void leave() {
        if (!done) {
            if (first != null) {
                worker.verdicts().count(Verdict.NOT_THIS_PROTOCOL);
            }
            release(settle());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            // Netty hands what this handler throws back to it.
            worker.report("telling what a connection speaks", cause);
        }
        var _ = ctx.close();
    }

    private @Nullable ByteBuf settle() {
        done = true;
        if (deadline != null) {
            deadline.cancel();
        }
        settled.run();
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
