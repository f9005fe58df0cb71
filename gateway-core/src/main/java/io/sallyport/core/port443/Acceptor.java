package io.sallyport.core.port443;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.Future;
import io.sallyport.core.address.IpPrefix;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives each accepted connection to the least loaded worker; one for all addresses that a port is bound to, on one worker's loop. */
final class Acceptor {
    private static final Logger log = LoggerFactory.getLogger(Acceptor.class);
    /** How long accepting rests after it failed, most likely for want of file descriptors: at once again would only spin. */
    private static final long REST_MILLIS = 500;

    private static final long WARN_EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);
    /** A slow reader's queue is between these when writes pause and go on. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(128 * 1024, 512 * 1024);

    private final Worker worker;
    private final List<Worker> workers;
    private final List<StreamProtocol> protocols;
    private final PortLimits limits;
    private final List<IpPrefix> proxies;
    private final UndecidedLimit undecided;
    private final AtomicIntegerArray connections;
    private long nextWarningNanos;

    Acceptor(List<Worker> workers, List<StreamProtocol> protocols, PortLimits limits, List<IpPrefix> proxies) {
        this.worker = workers.getFirst();
        this.nextWarningNanos = worker.nanoTime();
        this.workers = workers;
        this.protocols = protocols;
        this.limits = limits;
        this.proxies = proxies;
        this.undecided = new UndecidedLimit(limits.undecidedPerSource(), limits.undecided());
        this.connections = new AtomicIntegerArray(workers.size());
    }

    Worker worker() {
        return worker;
    }

    int connections(int index) {
        return connections.get(index);
    }

    UndecidedLimit undecided() {
        return undecided;
    }

    /** The handler of one listening channel. */
    ChannelInboundHandlerAdapter handler() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                accept((Channel) message);
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                rest(ctx, cause);
            }
        };
    }

    private void accept(Channel channel) {
        // null when the peer has gone already
        if (!(channel.remoteAddress() instanceof InetSocketAddress peer)) {
            channel.unsafe().closeForcibly();
            return;
        }
        InetAddress source = peer.getAddress();
        boolean proxy = isProxy(source);
        if (!(proxy ? undecided.enterUntold() : undecided.enter(source))) {
            worker.verdicts().count(Verdict.HANDSHAKE_LIMIT);
            channel.unsafe().closeForcibly();
            return;
        }
        int index = leastLoaded();
        connections.incrementAndGet(index);
        channel.closeFuture().addListener(closed -> connections.decrementAndGet(index));
        configure(channel);
        Worker to = workers.get(index);
        Runnable leave = proxy ? undecided::leaveUntold : () -> undecided.leave(source);
        channel.pipeline().addLast(proxy ? proxyHeader(to) : detector(to, leave));
        EventLoopGroup loop = to.eventLoop();
        loop.register(channel).addListener(registered -> registered(channel, leave, registered));
    }

    private boolean isProxy(InetAddress source) {
        for (IpPrefix prefix : proxies) {
            if (prefix.contains(source)) {
                return true;
            }
        }
        return false;
    }

    private Detector detector(Worker to, Runnable settled) {
        return new Detector(protocols, to, limits.decideWithin().toNanos(), settled);
    }

    private ProxyHeaderHandler proxyHeader(Worker to) {
        return new ProxyHeaderHandler(to, limits.decideWithin().toNanos(), undecided, settled -> detector(to, settled));
    }

    /** A channel that was never registered never calls its handlers, so nobody else takes it out of the count. */
    private void registered(Channel channel, Runnable leave, Future<?> registered) {
        if (!registered.isSuccess()) {
            log.debug("cannot register {}", channel, registered.cause());
            if (!channel.isRegistered()) {
                leave.run();
            }
            channel.unsafe().closeForcibly();
        }
    }

    private static void configure(Channel channel) {
        ChannelConfig config = channel.config();
        config.setOption(ChannelOption.TCP_NODELAY, true);
        config.setOption(ChannelOption.SO_KEEPALIVE, true);
        config.setWriteBufferWaterMark(WATER_MARK);
        config.setRecvByteBufAllocator(new StreamReads());
        // Fixed pools for each thread, as packets have: Netty's default has grown without bound under such loads.
        config.setAllocator(PooledByteBufAllocator.DEFAULT);
    }

    private int leastLoaded() {
        int least = 0;
        for (int i = 1; i < workers.size(); i++) {
            if (connections.get(i) < connections.get(least)) {
                least = i;
            }
        }
        return least;
    }

    private void rest(ChannelHandlerContext ctx, Throwable cause) {
        if (worker.nanoTime() - nextWarningNanos >= 0) {
            nextWarningNanos = worker.nanoTime() + WARN_EVERY_NANOS;
            log.warn(
                    "accepting TCP connections failed and goes on when it can; raise the limit of open files (ulimit -n) if that is the cause: {}",
                    cause.toString());
        }
        ctx.channel().config().setAutoRead(false);
        var _ = ctx.channel().eventLoop().schedule(() -> goOn(ctx.channel()), REST_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void goOn(Channel listening) {
        listening.config().setAutoRead(true);
    }
}
