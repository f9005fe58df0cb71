package io.sallyport.core.support;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.sallyport.core.packet.PacketBuffers;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.session.Link;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A link that keeps what it is given, in hex, once it is flushed; and insists on the room that links are promised. */
public final class RecordingLink implements Link {
    private final List<String> queued = new ArrayList<>();
    private final List<String> sent = new CopyOnWriteArrayList<>();
    private final List<CloseReason> closed = new CopyOnWriteArrayList<>();
    private final int tcpMtu;
    private volatile int mtu = Integer.MAX_VALUE;
    private volatile boolean silent;

    public RecordingLink() {
        this(Integer.MAX_VALUE);
    }

    public RecordingLink(int tcpMtu) {
        this.tcpMtu = tcpMtu;
    }

    /** From now on it takes no larger packets; see {@code Session.linkChanged}. */
    public RecordingLink narrow(int octets) {
        mtu = octets;
        return this;
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public int tcpMtu() {
        return tcpMtu;
    }

    @Override
    public boolean isSilent() {
        return silent;
    }

    /** From now on the client is not heard. */
    public void fallSilent() {
        silent = true;
    }

    @Override
    public void accept(ByteBuf packet) {
        boolean room =
                packet.readerIndex() >= PacketBuffers.HEADROOM && packet.writableBytes() >= PacketBuffers.TAILROOM;
        queued.add(room ? ByteBufUtil.hexDump(packet) : "no room around the packet");
        packet.release();
    }

    @Override
    public void flush() {
        sent.addAll(queued);
        queued.clear();
    }

    @Override
    public void close(CloseReason reason) {
        closed.add(reason);
    }

    /** Packets that were flushed to the client. */
    public List<String> sent() {
        return sent;
    }

    public List<CloseReason> closed() {
        return closed;
    }
}
