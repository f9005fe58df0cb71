package io.sallyport.core.port443;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.ByteToMessageDecoder.Cumulator;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.sallyport.core.worker.Compute;
import io.sallyport.core.worker.Timer;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import java.io.IOException;
import java.io.Serial;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands behind the handler of TLS: gives the connection to the application once its handshake is done, and sees to it that whatever goes wrong with TLS is counted once and
 * closes the connection. Plaintext passes by. It is also where the engine's tasks go.
 */
final class TlsConnection extends ChannelDuplexHandler implements Executor {
    private static final Logger log = LoggerFactory.getLogger(TlsConnection.class);
    /** From the wish to close to the end, however much is unsent. */
    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** More is not kept for a client that goes on sending: applications drop long before, but TLS itself answers too, a key update for instance. */
    private static final long MOST_UNSENT_OCTETS = 8L * 1024 * 1024;

    private enum State {
        HANDSHAKE,
        ESTABLISHED,
        ENDED
    }

    private final Worker worker;
    private final Compute compute;
    private final long handshakeNanos;
    /** Told once, when the handshake is done or has failed. */
    private final Runnable settled;

    private final TlsApplication application;
    private final ShownCertificate shown;
    private State state = State.HANDSHAKE;
    /** The handshake has come to nothing; read where its tasks run. */
    private volatile boolean cameToNothing;

    private @Nullable Channel channel;
    private @Nullable Timer timer;
    private boolean closing;

    TlsConnection(
            Worker worker,
            Compute compute,
            Duration handshakeWithin,
            Runnable settled,
            TlsApplication application,
            ShownCertificate shown) {
        this.worker = worker;
        this.compute = compute;
        this.handshakeNanos = handshakeWithin.toNanos();
        this.settled = settled;
        this.application = application;
        this.shown = shown;
    }

    /** Has Netty's own timers and buffering replaced by what is bounded here. */
    void watch(SslHandler tls) {
        tls.setHandshakeTimeoutMillis(0);
        // it would warn of each connection
        tls.setCloseNotifyFlushTimeoutMillis(0);
        Cumulator established = tls.engine() instanceof ReferenceCountedOpenSslEngine
                ? ByteToMessageDecoder.COMPOSITE_CUMULATOR
                : ByteToMessageDecoder.MERGE_CUMULATOR;
        // BoringSSL takes what it is given at once, except during the handshake: then each octet would hold the whole
        // buffer that it was read into
        tls.setCumulator((allocator, before, octets) -> (state == State.ESTABLISHED
                        ? established
                        : ByteToMessageDecoder.MERGE_CUMULATOR)
                .cumulate(allocator, before, octets));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx.channel();
        timer = worker.schedule(handshakeNanos, () -> refuse(Verdict.DEADLINE_PASSED));
    }

    /**
     * A private-key operation. None follows a handshake, so another one is a renegotiation.
     *
     * @throws RejectedExecutionException fails the handshake
     */
    @Override
    public void execute(Runnable task) {
        if (state != State.HANDSHAKE || !compute.submit(worker, () -> runFor(task), () -> {})) {
            throw new Refused();
        }
    }

    /** Whoever has gone is counted no more, so what was begun for it must not cost those who come after it. */
    private void runFor(Runnable task) {
        if (!cameToNothing) {
            task.run();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        switch (event) {
            case SslHandshakeCompletionEvent handshake when handshake.isSuccess() -> establish(ctx);
            case SslHandshakeCompletionEvent handshake -> failed(handshake.cause());
            // RFC 5246 §7.2.1: "The other party MUST respond with a close_notify alert of its own and close down the
            // connection immediately"
            case SslCloseCompletionEvent closed
            when closed.isSuccess() -> {
                if (state == State.ESTABLISHED) {
                    ctx.fireUserEventTriggered(closed);
                }
                // by this handler's own close, which has a deadline
                var _ = ctx.channel().close();
            }
            case SslCloseCompletionEvent _ -> {}
            default -> ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ChannelOutboundBuffer unsent = ctx.channel().unsafe().outboundBuffer();
        if (unsent != null && unsent.totalPendingWriteBytes() > MOST_UNSENT_OCTETS) {
            worker.verdicts().count(Verdict.LINK_FULL);
            state = state == State.ESTABLISHED ? State.ENDED : state;
            cutOff();
        }
        ctx.fireChannelReadComplete();
    }

    private void establish(ChannelHandlerContext ctx) {
        if (state != State.HANDSHAKE) {
            return;
        }
        settle(State.ESTABLISHED);
        ctx.pipeline().remove(HandshakeOctets.class);
        // not to be resumed
        ctx.pipeline().get(SslHandler.class).engine().getSession().invalidate();
        try {
            application.accept(ctx.channel(), worker, shown);
        } catch (RuntimeException bug) {
            worker.report("taking a TLS connection", bug);
            cutOff();
        }
    }

    private void failed(Throwable cause) {
        if (state == State.HANDSHAKE) {
            log.debug("{} failed its TLS handshake: {}", channel, cause.toString());
            settle(State.ENDED);
            count(cause, Verdict.PROTOCOL_VIOLATION);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Throwable inner = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        if (state == State.ESTABLISHED) {
            log.debug("{} failed: {}", channel, inner.toString());
            state = State.ENDED;
            if (inner instanceof RejectedExecutionException) {
                worker.verdicts().count(Verdict.PROTOCOL_VIOLATION);
            } else if (inner instanceof SSLException || !(inner instanceof IOException)) {
                count(inner, Verdict.NOT_AUTHENTIC);
            }
        }
        failed(inner);
        cutOff();
    }

    private void count(Throwable cause, Verdict ofTls) {
        switch (cause) {
            case RejectedExecutionException _ -> worker.verdicts().count(Verdict.HANDSHAKE_LIMIT);
            case NotSslRecordException _ -> worker.verdicts().count(Verdict.NOT_THIS_PROTOCOL);
            case SSLException _ -> worker.verdicts().count(ofTls);
            // reset, or closed before it was done
            case IOException _ -> worker.verdicts().count(Verdict.NOT_THIS_PROTOCOL);
            default -> worker.report("TLS", cause);
        }
    }

    /** Ends a handshake that takes too long or too much. */
    void refuse(Verdict verdict) {
        if (state == State.HANDSHAKE) {
            settle(State.ENDED);
            worker.verdicts().count(verdict);
            cutOff();
        }
    }

    /** Whoever closes has what was written before sent, and a close_notify, but not for ever. */
    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (!closing && ctx.channel().isActive()) {
            closing = true;
            cancelTimer();
            timer = worker.schedule(CLOSE_NANOS, this::cutOff);
        }
        var _ = ctx.close(promise);
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

    private void leave() {
        if (state == State.HANDSHAKE) {
            worker.verdicts().count(Verdict.NOT_THIS_PROTOCOL);
            settle(State.ENDED);
        }
        state = State.ENDED;
        cancelTimer();
    }

    private void settle(State next) {
        state = next;
        cameToNothing = next == State.ENDED;
        cancelTimer();
        settled.run();
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    /** At once, with nothing more sent. */
    private void cutOff() {
        Channel open = channel;
        if (open != null) {
            open.unsafe().close(open.voidPromise());
        }
    }

    /** Without a stack, because strangers may cause it. */
    private static final class Refused extends RejectedExecutionException {
        @Serial
        private static final long serialVersionUID = 1;

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }
}
