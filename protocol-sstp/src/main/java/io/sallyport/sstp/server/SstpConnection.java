package io.sallyport.sstp.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.port443.ClientAddress;
import io.sallyport.core.port443.ShownCertificate;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.worker.Timer;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import io.sallyport.sstp.wire.HttpHead;
import io.sallyport.sstp.wire.HttpResponses;
import io.sallyport.sstp.wire.PacketReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection inside of TLS: an HTTP head, and behind it, when it is SSTP's, packets for the peer that it begins. */
final class SstpConnection extends ChannelInboundHandlerAdapter implements PacketReader.Packets {
    /** From the end of the call or of the answer to that of the connection, however much is unsent. */
    static final long END_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final SstpServer server;
    private final Worker worker;
    private final Channel channel;
    private final ShownCertificate shown;
    private final SstpSettings settings;
    private final InetSocketAddress from;
    private final PacketReader reader = new PacketReader();
    private @Nullable HttpHead head = new HttpHead();
    private @Nullable SstpOutput output;
    private @Nullable SstpPeer peer;
    private @Nullable Timer deadline;
    private long octetsBeforeAuthentication;
    private boolean halfOpen = true;
    private boolean ending;
    private boolean ended;

    /** The caller has entered the half-open count; this leaves it. */
    SstpConnection(SstpServer server, Worker worker, Channel channel, ShownCertificate shown, SstpSettings settings) {
        this.server = server;
        this.worker = worker;
        this.channel = channel;
        this.shown = shown;
        this.settings = settings;
        this.from = ClientAddress.of(channel);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        output = new SstpOutput(worker, ctx);
        channel.config().setOption(ChannelOption.TCP_NODELAY, true);
        await(settings.limits().headWithin().toNanos(), () -> refuse(Verdict.DEADLINE_PASSED));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf octets = (ByteBuf) message;
        output().reading();
        try {
            if (!ended) {
                read(octets);
            }
        } catch (RuntimeException bug) {
            failed("reading", bug);
        } finally {
            octets.release();
        }
    }

    private void read(ByteBuf octets) {
        SstpPeer to = peer;
        if (to == null || !to.isAuthenticated()) {
            octetsBeforeAuthentication += octets.readableBytes();
            if (octetsBeforeAuthentication > settings.limits().octetsBeforeAuthentication()) {
                refuse(Verdict.HANDSHAKE_LIMIT);
                return;
            }
        }
        if (head != null && !readHead(head, octets)) {
            return;
        }
        if (peer != null) {
            peer.heard();
        }
        // MS-SSTP §3.1.5.1: "If the delineation fails [...] the connection MUST be forcefully aborted without sending a
        // message"
        if (!reader.read(octets, this)) {
            refuse(Verdict.MALFORMED);
        }
    }

    /** True when packets follow. */
    private boolean readHead(HttpHead first, ByteBuf octets) {
        HttpHead.Verdict verdict = first.read(octets);
        if (verdict == null) {
            return false;
        }
        head = null;
        return switch (verdict) {
            case SSTP -> {
                begin();
                yield true;
            }
            case OTHER -> {
                answer(HttpResponses.NOT_FOUND, Verdict.NOT_THIS_PROTOCOL);
                yield false;
            }
            case MALFORMED -> {
                answer(HttpResponses.BAD_REQUEST, Verdict.MALFORMED);
                yield false;
            }
        };
    }

    private void begin() {
        cancelDeadline();
        ClientContext client = new ClientContext(
                SstpServer.PROTOCOL, server.gateway().admission().newSessionId(), from, ClientAddress.reached(channel));
        output().write(HttpResponses.SSTP);
        peer = new SstpPeer(this, server, worker, output(), client, shown, settings);
        output().flush();
    }

    private void answer(Octets response, Verdict verdict) {
        worker.verdicts().count(verdict);
        output().write(response);
        finish();
    }

    private SstpOutput output() {
        SstpOutput there = output;
        if (there == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return there;
    }

    @Override
    public boolean data(ByteBuf payload) {
        SstpPeer to = peer;
        if (to != null) {
            to.frame(payload);
        }
        return !ended;
    }

    @Override
    public boolean control(ByteBuf message) {
        SstpPeer to = peer;
        if (to != null) {
            to.control(message);
        }
        return !ended;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        try {
            server.gateway().uplink(worker).flush();
        } finally {
            output().readComplete();
        }
        ctx.fireChannelReadComplete();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslCloseCompletionEvent) {
            // TLS is over, so the connection is, whatever TCP says.
            lost();
            var _ = channel.close();
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        lost();
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        lost();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            // A reset by the client, mostly.
            lost();
            var _ = channel.close();
        } else {
            // Netty hands what this handler throws back to it.
            failed("an event", cause);
        }
    }

    /** As shown to operators. */
    String cipher() {
        return TlsNames.cipher(channel);
    }

    /** The call is over: what is still to be said has only so long. */
    void ending() {
        if (!ending) {
            ending = true;
            await(END_NANOS, () -> output().cut());
        }
    }

    /** Sends what is queued and closes; a client that does not read has only so long. */
    void finish() {
        if (!ended) {
            ended = true;
            reader.close();
            ending();
            output().finish();
        }
    }

    /** It has a session that is up, or is gone: while it says goodbye it still costs what those on their way in cost. */
    void leaveHalfOpen() {
        if (halfOpen) {
            halfOpen = false;
            server.leaveHalfOpen(from.getAddress());
        }
    }

    void failed(String during, Throwable bug) {
        worker.report(during + " of an SSTP connection", bug);
        cutOff(CloseReason.INTERNAL_ERROR, CloseReason.INTERNAL_ERROR.text());
    }

    /** Ends it if it is this worker's and has no session that is up; on the worker. */
    @SuppressWarnings("ReferenceEquality") // a worker is itself
    void closeUnlessUp(Worker here, CloseReason reason) {
        if (here != worker) {
            return;
        }
        SstpPeer to = peer;
        if (to == null) {
            cutOff(reason, reason.text());
        } else if (!to.isUp()) {
            to.end(reason, reason.text());
        }
    }

    private void refuse(Verdict verdict) {
        if (!ended) {
            worker.verdicts().count(verdict);
            cutOff(CloseReason.PROTOCOL_ERROR, "the connection was cut off: " + verdict);
        }
    }

    private void cutOff(CloseReason reason, String detail) {
        ended = true;
        try {
            endPeer(reason, detail);
            reader.close();
        } finally {
            output().cut();
        }
    }

    private void endPeer(CloseReason reason, String detail) {
        SstpPeer with = peer;
        if (with != null) {
            with.lost(reason, detail);
        }
    }

    private void lost() {
        ended = true;
        try {
            endPeer(CloseReason.CONNECTION_LOST, CloseReason.CONNECTION_LOST.text());
            cancelDeadline();
            reader.close();
        } finally {
            leaveHalfOpen();
            server.forget(this);
        }
    }

    private void await(long nanos, Runnable task) {
        cancelDeadline();
        deadline = worker.schedule(nanos, task);
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel();
            deadline = null;
        }
    }
}
