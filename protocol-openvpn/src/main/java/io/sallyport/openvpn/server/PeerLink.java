package io.sallyport.openvpn.server;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.packet.PacketBuffers;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.session.Link;
import io.sallyport.core.session.Session;
import io.sallyport.core.worker.Verdict;
import io.sallyport.openvpn.data.DataPayload;
import io.sallyport.openvpn.data.KeySlots;

/** The data channel of one peer: seals what the session delivers, opens what the client sends, and sees to it that neither end is silent for too long. */
final class PeerLink implements Link {
    /** From one renewal of a used-up key to the next: a client that uses its keys up at once must not get a handshake for each. */
    static final int RENEWAL_SECONDS = 5;

    private final Peer peer;
    private final PeerOut out;
    private final OpenVpnWorker home;
    private final KeySlots keys;
    private final Transport transport;
    private final int mssfix;
    private final int pingSeconds;
    private final int giveUpSeconds;
    private boolean sent;
    private boolean heard;
    private int secondsQuiet;
    private int secondsUnheard;
    private int secondsSinceRenewal = RENEWAL_SECONDS;

    PeerLink(Peer peer, PeerOut out, OpenVpnWorker home, KeySlots keys, Transport transport, OpenVpnSettings settings) {
        this.peer = peer;
        this.out = out;
        this.home = home;
        this.keys = keys;
        this.transport = transport;
        this.mssfix = settings.mssfix();
        this.pingSeconds = settings.pingSeconds();
        // The client has begun anew before we give it up.
        this.giveUpSeconds = settings.pingRestartSeconds() * 2;
    }

    @Override
    public void accept(ByteBuf packet) {
        if (transport.hasRoom()) {
            seal(packet);
        } else {
            packet.release();
            home.drop(Verdict.LINK_FULL);
        }
    }

    /** Takes the packet. */
    private void seal(ByteBuf packet) {
        Verdict drop;
        try {
            drop = keys.seal(packet);
        } catch (RuntimeException bug) {
            packet.release();
            peer.failed("sealing a packet", bug);
            return;
        }
        if (drop != null) {
            packet.release();
            home.drop(drop);
            return;
        }
        sent = true;
        transport.send(packet);
    }

    @Override
    public int tcpMtu() {
        return mssfix == 0 ? Integer.MAX_VALUE : mssfix - keys.overhead();
    }

    /** A live client sends a ping when it has nothing else to send. */
    @Override
    public boolean isSilent() {
        return secondsUnheard > 2 * pingSeconds;
    }

    @Override
    public void flush() {
        transport.flush();
    }

    @Override
    public void close(CloseReason reason) {
        peer.end(reason, reason.text());
    }

    /** Takes an opened packet, which proves that the client lives. */
    void opened(ByteBuf packet) {
        heard = true;
        try {
            take(packet);
        } catch (RuntimeException bug) {
            peer.failed("forwarding a packet", bug);
        }
    }

    private void take(ByteBuf packet) {
        switch (DataPayload.of(packet)) {
            case IP_PACKET -> toNetwork(packet);
            case PING, OTHER_OCC -> packet.release();
            case EXIT -> {
                packet.release();
                peer.endSession(CloseReason.CLIENT_EXIT, "exit notification");
            }
            case COMPRESSED -> {
                packet.release();
                home.drop(Verdict.PROTOCOL_VIOLATION);
            }
            case UNKNOWN -> {
                packet.release();
                home.drop(Verdict.MALFORMED_IP);
            }
        }
    }

    private void toNetwork(ByteBuf packet) {
        Session session = out.session();
        if (session == null) {
            packet.release();
            home.drop(Verdict.SESSION_NOT_UP);
        } else {
            home.uplink().accept(session, packet);
        }
    }

    /** Once a second. */
    void tick() {
        secondsUnheard = heard ? 0 : secondsUnheard + 1;
        secondsQuiet = sent ? 0 : secondsQuiet + 1;
        heard = false;
        sent = false;
        if (!out.isUp()) {
            return;
        }
        if (secondsUnheard >= giveUpSeconds) {
            peer.endSession(CloseReason.CLIENT_TIMEOUT, "silent for " + secondsUnheard + " s");
            return;
        }
        if (secondsQuiet >= pingSeconds) {
            ping();
        }
        secondsSinceRenewal++;
        if (keys.renegotiationDue() && secondsSinceRenewal >= RENEWAL_SECONDS) {
            secondsSinceRenewal = 0;
            peer.renegotiate();
        }
    }

    private void ping() {
        secondsQuiet = 0;
        ByteBuf ping = PacketBuffers.take();
        DataPayload.writePing(ping);
        // However much waits to be sent: the client gives us up when it hears nothing.
        seal(ping);
        transport.flush();
    }
}
