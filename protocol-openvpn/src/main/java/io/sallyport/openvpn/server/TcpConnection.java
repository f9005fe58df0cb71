package io.sallyport.openvpn.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.packet.PacketBuffers;
import io.sallyport.core.port443.ClientAddress;
import io.sallyport.core.port443.StreamBacklog;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.worker.Timer;
import io.sallyport.core.worker.Verdict;
import io.sallyport.openvpn.wire.ControlPacket.HardResetClientV2;
import io.sallyport.openvpn.wire.ControlPackets;
import io.sallyport.openvpn.wire.DataPacket;
import io.sallyport.openvpn.wire.OvpnSessionId;
import io.sallyport.openvpn.wire.ServerWraps.First;
import io.sallyport.openvpn.wire.SessionIdCookies;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One client's TCP connection: frames in, frames out, and the peer that the first frame begins. */
final class TcpConnection extends ChannelInboundHandlerAdapter implements Transport, FrameReader.Frames {
    static final long FIRST_FRAME_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** From the end of the session to that of the connection, however much is unsent. */
    static final long END_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final OpenVpnWorker home;
    private final Channel channel;
    private final FrameReader reader = new FrameReader();
    private @Nullable Timer deadline;
    private @Nullable Peer peer;
    private boolean ended;

    TcpConnection(OpenVpnWorker home, Channel channel) {
        this.home = home;
        this.channel = channel;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel.config()
                .setWriteBufferWaterMark(new WriteBufferWaterMark(StreamBacklog.OCTETS / 2, StreamBacklog.OCTETS));
        channel.config().setOption(ChannelOption.TCP_NODELAY, true);
        await(FIRST_FRAME_NANOS, () -> {
            if (peer == null) {
                refuse(Verdict.DEADLINE_PASSED);
            }
        });
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf octets = (ByteBuf) message;
        try {
            if (!ended && !reader.read(octets, this)) {
                refuse(Verdict.MALFORMED);
            }
        } catch (RuntimeException bug) {
            failed(bug);
        } finally {
            octets.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        home.uplink().flush();
        ctx.fireChannelReadComplete();
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
            failed(cause);
        }
    }

    /** Borrows one whole packet. */
    @Override
    public boolean frame(ByteBuf packet) {
        if (ended) {
            return false;
        }
        if (DataPacket.isV2(packet) || DataPacket.isV1(packet)) {
            data(packet);
        } else {
            control(packet);
        }
        return !ended;
    }

    private void data(ByteBuf packet) {
        Peer to = peer;
        if (to == null) {
            refuse(Verdict.PROTOCOL_VIOLATION);
            return;
        }
        if (packet.readableBytes() <= DataPacket.overhead(packet)) {
            home.drop(Verdict.MALFORMED);
            return;
        }
        ByteBuf opened = PacketBuffers.take();
        Verdict verdict;
        try {
            verdict = to.open(packet, opened);
        } catch (RuntimeException bug) {
            opened.release();
            to.failed("opening a packet", bug);
            return;
        }
        if (verdict != null) {
            opened.release();
            home.drop(verdict);
        } else {
            to.link().opened(opened);
        }
    }

    private void control(ByteBuf packet) {
        Peer to = peer;
        if (to != null && isOf(to, packet)) {
            to.receive(packet);
            return;
        }
        First first = home.first(packet);
        if (first == null) {
            // It was counted. On a stream nobody else can have put it there.
            if (to == null) {
                cutOff();
            }
        } else if (first.packet() instanceof HardResetClientV2 reset) {
            reset(reset, first);
        } else {
            first.close();
            if (to == null) {
                refuse(Verdict.PROTOCOL_VIOLATION);
            } else {
                home.drop(Verdict.PROTOCOL_VIOLATION);
            }
        }
    }

    private static boolean isOf(Peer peer, ByteBuf packet) {
        return packet.readableBytes() >= ControlPackets.HEADER_OCTETS
                && packet.getLong(packet.readerIndex() + 1) == peer.theirs().value();
    }

    /** Of a session that has no peer yet: some clients send two resets in a row, of one session or of two. */
    private void reset(HardResetClientV2 reset, First first) {
        Peer before = peer;
        if (before != null && before.session() != null) {
            first.close();
            home.drop(Verdict.PROTOCOL_VIOLATION);
            return;
        }
        InetSocketAddress from = ClientAddress.of(channel);
        if (!home.mayAnswer(reset, from) || !begin(reset, first, from)) {
            first.close();
            finish();
            return;
        }
        if (before != null) {
            // It is no longer the peer of this connection, so its end does not close it.
            before.end(CloseReason.CLIENT_RECONNECTED, CloseReason.CLIENT_RECONNECTED.text());
        }
    }

    private boolean begin(HardResetClientV2 reset, First first, InetSocketAddress from) {
        OvpnSessionId ours = SessionIdCookies.ofRandom(
                home.worker().number(), home.server().random().nextLong());
        ClientContext client = home.client("openvpn-tcp", from, ClientAddress.reached(channel));
        Peer begun = home.begin(this, client, ours, first);
        if (begun == null) {
            return false;
        }
        peer = begun;
        home.server().enter(begun);
        var _ = begun.isNew(first.unwrapped());
        begun.answer(reset);
        return true;
    }

    @Override
    public boolean hasRoom() {
        return StreamBacklog.takesData(channel);
    }

    @Override
    public void send(ByteBuf packet) {
        if (ended || !StreamBacklog.takesControl(channel)) {
            packet.release();
            home.drop(Verdict.LINK_FULL);
            return;
        }
        int at = packet.readerIndex() - OpenVpnTcp.LENGTH_OCTETS;
        packet.setShort(at, packet.readableBytes());
        var _ = channel.write(packet.readerIndex(at), channel.voidPromise());
    }

    @Override
    public void flush() {
        channel.flush();
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a peer is itself
    public void end(Peer of) {
        if (peer == of) {
            finish();
        }
    }

    /** Sends what is queued and closes; a client that does not read has only so long. */
    private void finish() {
        if (ended) {
            return;
        }
        ended = true;
        await(END_NANOS, () -> {
            var _ = channel.close();
        });
        var _ = channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    private void await(long nanos, Runnable task) {
        if (deadline != null) {
            deadline.cancel();
        }
        deadline = home.worker().schedule(nanos, task);
    }

    /** What came cannot be understood: on a stream nothing after it can be either. */
    private void refuse(Verdict verdict) {
        home.drop(verdict);
        Peer with = peer;
        if (with != null) {
            with.endSession(CloseReason.PROTOCOL_ERROR, "a frame that is none: " + verdict);
        }
        cutOff();
    }

    /** A bug met this client's packets: it costs this client its session, and nobody else anything. */
    private void failed(Throwable bug) {
        home.worker().report("a TCP connection", bug);
        Peer with = peer;
        try {
            if (with != null) {
                with.endSession(CloseReason.INTERNAL_ERROR, CloseReason.INTERNAL_ERROR.text());
            }
        } finally {
            cutOff();
        }
    }

    private void cutOff() {
        ended = true;
        var _ = channel.close();
    }

    private void lost() {
        reader.close();
        if (deadline != null) {
            deadline.cancel();
        }
        Peer with = peer;
        peer = null;
        if (with != null) {
            with.endSession(CloseReason.CONNECTION_LOST, CloseReason.CONNECTION_LOST.text());
        }
        ended = true;
    }
}
