package io.sallyport.sstp.server;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.packet.IpPacket;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.session.Link;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import io.sallyport.sstp.ppp.PppFrame;
import io.sallyport.sstp.ppp.PppProtocol;
import io.sallyport.sstp.ppp.PppServer;
import io.sallyport.sstp.ppp.PppServerOut.Family;

/** The packets that a session delivers, as PPP frames in SSTP packets. */
final class SstpLink implements Link {
    private final SstpPeer peer;
    private final Worker worker;
    private final SstpOutput output;
    private final PppServer ppp;
    private boolean ipv4;
    private boolean ipv6;

    SstpLink(SstpPeer peer, Worker worker, SstpOutput output, PppServer ppp) {
        this.peer = peer;
        this.worker = worker;
        this.output = output;
        this.ppp = ppp;
    }

    void open(Family family, boolean open) {
        switch (family) {
            case IPV4 -> ipv4 = open;
            case IPV6 -> ipv6 = open;
        }
    }

    boolean isOpen(Family family) {
        return switch (family) {
            case IPV4 -> ipv4;
            case IPV6 -> ipv6;
        };
    }

    boolean isOpen() {
        return ipv4 || ipv6;
    }

    @Override
    public void accept(ByteBuf packet) {
        boolean isIpv4 = IpPacket.version(packet, packet.readerIndex()) == 4;
        if (!(isIpv4 ? ipv4 : ipv6)) {
            drop(packet, Verdict.SESSION_NOT_UP);
        } else if (packet.readableBytes() > ppp.sendMru()) {
            drop(packet, Verdict.TOO_BIG);
        } else if (!output.hasRoom()) {
            drop(packet, Verdict.LINK_FULL);
        } else {
            PppFrame.writeHeader(
                    packet,
                    isIpv4 ? PppProtocol.IPV4 : PppProtocol.IPV6,
                    ppp.mayCompressAddress(),
                    ppp.mayCompressProtocol());
            output.data(packet);
        }
    }

    private void drop(ByteBuf packet, Verdict verdict) {
        packet.release();
        worker.verdicts().count(verdict);
    }

    @Override
    public int mtu() {
        return ppp.sendMru();
    }

    @Override
    public int tcpMtu() {
        return ppp.sendMru();
    }

    @Override
    public boolean takesDhcp6() {
        return ppp.isWindows();
    }

    @Override
    public boolean isSilent() {
        return peer.call().isSilent(worker.nanoTime());
    }

    @Override
    public void flush() {
        output.flush();
    }

    @Override
    public void close(CloseReason reason) {
        peer.end(reason, reason.text());
    }
}
