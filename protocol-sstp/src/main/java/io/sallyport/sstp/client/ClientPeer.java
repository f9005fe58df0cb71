package io.sallyport.sstp.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.packet.IpPacket;
import io.sallyport.core.packet.PacketBuffers;
import io.sallyport.sstp.control.CallEnd;
import io.sallyport.sstp.control.CallOut;
import io.sallyport.sstp.control.ClientCall;
import io.sallyport.sstp.ppp.PppEnd;
import io.sallyport.sstp.ppp.PppFrame;
import io.sallyport.sstp.ppp.PppProtocol;
import io.sallyport.sstp.wire.ControlMessage;
import io.sallyport.sstp.wire.ControlMessages;
import io.sallyport.sstp.wire.HttpHead;
import io.sallyport.sstp.wire.PacketReader;
import io.sallyport.sstp.wire.SstpPacket;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** One client's connection inside of TLS: the HTTP head, then its call and PPP. */
final class ClientPeer extends ChannelInboundHandlerAdapter implements PacketReader.Packets, CallOut {
    private static final int HEADER_OCTETS = SstpPacket.HEADER_OCTETS + PppFrame.MAX_HEADER_OCTETS;

    /** Who is told of the end. */
    interface Ended {
        void ended(String detail, int errorCode);
    }

    private final SstpClientConfig config;
    private final SslHandler tls;
    private final SstpClientEvents events;
    private final Ended ended;
    private final PacketReader reader = new PacketReader();
    private final ClientPpp ppp;
    private @Nullable ResponseHead head = new ResponseHead();
    private @Nullable ChannelHandlerContext ctx;
    private @Nullable ClientCall call;
    private @Nullable Alarm callAlarm;
    private boolean over;
    private String why = "";
    private int errorCode;

    ClientPeer(SstpClientConfig config, SslHandler tls, SstpClientEvents events, Ended ended, long beganAt) {
        this.config = config;
        this.tls = tls;
        this.events = events;
        this.ended = ended;
        this.ppp = new ClientPpp(this, config, tls, events, beganAt);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        callAlarm = new Alarm(context.channel().eventLoop(), () -> drive(now -> call().wake(now)));
        ppp.begin(context.channel().eventLoop());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                request();
            } else {
                end("TLS: " + handshake.cause().getMessage());
            }
        }
        context.fireUserEventTriggered(event);
    }

    private void request() {
        String request = HttpHead.METHOD + " " + HttpHead.URI + " HTTP/1.1\r\nHost: " + config.name()
                + "\r\nContent-Length: " + HttpHead.CONTENT_LENGTH + "\r\nSSTPCORRELATIONID: {" + UUID.randomUUID()
                + "}\r\n\r\n";
        write(Unpooled.wrappedBuffer(request.getBytes(StandardCharsets.US_ASCII)));
        context().flush();
    }

    private ChannelHandlerContext context() {
        ChannelHandlerContext there = ctx;
        if (there == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return there;
    }

    ClientCall call() {
        ClientCall there = call;
        if (there == null) {
            throw new IllegalStateException("no call");
        }
        return there;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf octets = (ByteBuf) message;
        try {
            read(octets);
        } finally {
            octets.release();
        }
    }

    private void read(ByteBuf octets) {
        ResponseHead first = head;
        if (first != null) {
            switch (first.read(octets)) {
                case INCOMPLETE -> {
                    return;
                }
                case REFUSED -> {
                    end("the server answered " + first.status());
                    return;
                }
                case ACCEPTED -> {
                    head = null;
                    drive(now -> call = new ClientCall(
                            config.terms(),
                            protocol -> LeafHash.of(tls.engine().getSession(), protocol),
                            config.habit(),
                            this,
                            now));
                }
            }
        }
        call().heard(System.nanoTime());
        if (!reader.read(octets, this)) {
            end("the server sends no SSTP packets");
        }
    }

    @Override
    public boolean control(ByteBuf message) {
        drive(now -> call().receive(message, now));
        return !context().isRemoved();
    }

    @Override
    public boolean data(ByteBuf frame) {
        int protocol = PppFrame.protocol(frame);
        if (protocol == PppFrame.MALFORMED) {
            return true;
        }
        frame.readerIndex(PppFrame.informationAt(frame));
        if (protocol == PppProtocol.IPV4 || protocol == PppProtocol.IPV6) {
            if (ppp.isUp() && !over && frame.readableBytes() <= PacketBuffers.MAX_PACKET) {
                events.accept(PacketBuffers.take().writeBytes(frame));
            }
        } else if (!over && call().carriesControl()) {
            Octets information = Octets.read(frame);
            drive(now -> ppp.receive(protocol, information, now));
        }
        return true;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (ppp.isUp() && !over) {
            events.flush();
        }
        context.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end("the connection was closed");
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        end(String.valueOf(cause.getMessage()));
    }

    /** Takes an IP packet to send. */
    void packet(ByteBuf packet) {
        if (!ppp.isUp() || over || !packet.isReadable() || !call().carriesData()) {
            packet.release();
            return;
        }
        ByteBuf frame = packet;
        if (packet.readerIndex() < HEADER_OCTETS) {
            frame = PacketBuffers.take().writeBytes(packet);
            packet.release();
        }
        int protocol = IpPacket.version(frame, frame.readerIndex()) == 4 ? PppProtocol.IPV4 : PppProtocol.IPV6;
        PppFrame.writeHeader(frame, protocol, false, false);
        SstpPacket.prependDataHeader(frame);
        write(frame);
    }

    void renegotiate() {
        drive(now -> {
            if (!over) {
                ppp.renegotiate(now);
            }
        });
    }

    /** False when there is nobody to say goodbye to. */
    boolean disconnect() {
        if (call == null || over) {
            return false;
        }
        drive(now -> call().disconnect("", now));
        return true;
    }

    void drive(LongConsumer step) {
        step.accept(System.nanoTime());
        context().flush();
    }

    void write(ByteBuf packet) {
        var _ = context().write(packet, context().voidPromise());
    }

    @Override
    public void send(ControlMessage message) {
        ByteBuf packet = PacketBuffers.take();
        ControlMessages.encode(message, packet);
        write(packet);
    }

    @Override
    public void startPpp() {
        ppp.start(System.nanoTime());
    }

    @Override
    public void connected() {
        ppp.bound();
    }

    @Override
    public void over(CallEnd end) {
        over = true;
        why = why.isEmpty() ? end.cause() + " " + end.detail() : why;
        ppp.cancel();
    }

    @Override
    public void ignored(ControlMessage message) {}

    @Override
    public void wakeAt(long nanos) {
        if (callAlarm != null) {
            callAlarm.set(nanos);
        }
    }

    @Override
    public void hangUp() {
        cancel(callAlarm);
        var _ = context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    void pppEnded(PppEnd end, int code) {
        why = "PPP: " + end.cause() + " " + end.detail();
        errorCode = code;
        call().disconnect(end.detail(), System.nanoTime());
    }

    boolean isOver() {
        return over;
    }

    private void end(String detail) {
        over = true;
        reader.close();
        cancel(callAlarm);
        ppp.cancel();
        if (call != null) {
            call.lost();
        }
        ended.ended(why.isEmpty() ? detail : why, errorCode);
    }

    private static void cancel(@Nullable Alarm alarm) {
        if (alarm != null) {
            alarm.cancel();
        }
    }
}
