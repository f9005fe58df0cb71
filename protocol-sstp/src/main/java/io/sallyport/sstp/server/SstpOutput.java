package io.sallyport.sstp.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.packet.PacketBuffers;
import io.sallyport.core.port443.StreamBacklog;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import io.sallyport.sstp.ppp.PppFrame;
import io.sallyport.sstp.wire.ControlMessage;
import io.sallyport.sstp.wire.ControlMessages;
import io.sallyport.sstp.wire.SstpPacket;

/**
 * One connection's way out, bounded. Each packet is one write: the TLS handler keeps them until the flush, copies them together into records of 16 KiB, once, and counts what waits in it as
 * the channel's.
 */
final class SstpOutput {
    private final Worker worker;
    private final ChannelHandlerContext ctx;
    private boolean ended;
    private boolean reading;
    private boolean unflushed;

    SstpOutput(Worker worker, ChannelHandlerContext ctx) {
        this.worker = worker;
        this.ctx = ctx;
    }

    /** Whether one more data packet may wait. */
    boolean hasRoom() {
        return StreamBacklog.takesData(ctx.channel());
    }

    /** An answer that is no SSTP packet. */
    void write(Octets octets) {
        write(Unpooled.wrappedBuffer(octets.toByteArray()));
    }

    void control(ControlMessage message) {
        ByteBuf packet = PacketBuffers.take();
        ControlMessages.encode(message, packet);
        write(packet);
    }

    /** A frame of one of PPP's control protocols, whose headers are never compressed. */
    void frame(int protocol, Octets information) {
        ByteBuf packet = PacketBuffers.take();
        information.writeTo(packet);
        PppFrame.writeHeader(packet, protocol, false, false);
        data(packet);
    }

    /** Takes a PPP frame, which has room before it. */
    void data(ByteBuf frame) {
        SstpPacket.prependDataHeader(frame);
        write(frame);
    }

    private void write(ByteBuf packet) {
        if (ended || !StreamBacklog.takesControl(ctx.channel())) {
            packet.release();
            worker.verdicts().count(Verdict.LINK_FULL);
            return;
        }
        unflushed = true;
        var _ = ctx.write(packet, ctx.voidPromise());
    }

    /** What is said from here to {@link #readComplete} leaves together: one TLS record for many small answers. */
    void reading() {
        reading = true;
    }

    void readComplete() {
        reading = false;
        flush();
    }

    void flush() {
        if (unflushed && !reading) {
            unflushed = false;
            ctx.flush();
        }
    }

    /** Sends what is queued and closes. */
    void finish() {
        if (!ended) {
            ended = true;
            var _ = ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** Closes now: not through the pipeline, where TLS would wait for its own goodbye to leave. */
    void cut() {
        ended = true;
        Channel channel = ctx.channel();
        channel.unsafe().close(channel.voidPromise());
    }
}
