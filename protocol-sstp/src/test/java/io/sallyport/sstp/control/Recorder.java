package io.sallyport.sstp.control;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.sstp.wire.ControlMessage;
import io.sallyport.sstp.wire.ControlMessages;
import io.sallyport.sstp.wire.SstpPacket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** What one end of a call wanted done: messages as they go over the wire, and everything else by name. */
final class Recorder implements CallOut {
    final Queue<ByteBuf> wire = new ArrayDeque<>();
    final List<ControlMessage> sent = new ArrayList<>();
    final List<String> events = new ArrayList<>();

    @Nullable
    CallEnd end;

    @Nullable
    Long wakeAt;

    @Override
    public void send(ControlMessage message) {
        sent.add(message);
        ByteBuf packet = Unpooled.buffer();
        ControlMessages.encode(message, packet);
        wire.add(packet.skipBytes(SstpPacket.HEADER_OCTETS));
    }

    ControlMessage last() {
        return sent.getLast();
    }

    @Override
    public void startPpp() {
        events.add("start PPP");
    }

    @Override
    public void connected() {
        events.add("connected");
    }

    @Override
    public void over(CallEnd how) {
        end = how;
        events.add("over " + how.cause());
    }

    @Override
    public void ignored(ControlMessage message) {
        events.add("ignored " + message.type());
    }

    @Override
    public void wakeAt(long nanos) {
        wakeAt = nanos;
    }

    @Override
    public void hangUp() {
        events.add("hang up");
        wakeAt = null;
    }
}
