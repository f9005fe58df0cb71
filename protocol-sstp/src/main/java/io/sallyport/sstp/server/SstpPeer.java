package io.sallyport.sstp.server;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.packet.IpPacket;
import io.sallyport.core.packet.PacketBuffers;
import io.sallyport.core.port443.ShownCertificate;
import io.sallyport.core.session.AnswerRate;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.session.Session;
import io.sallyport.core.worker.Timer;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import io.sallyport.sstp.control.CallEnd;
import io.sallyport.sstp.control.CallOut;
import io.sallyport.sstp.control.ServerCall;
import io.sallyport.sstp.ppp.PppEnd;
import io.sallyport.sstp.ppp.PppFrame;
import io.sallyport.sstp.ppp.PppProtocol;
import io.sallyport.sstp.ppp.PppServer;
import io.sallyport.sstp.ppp.PppServerOut.Family;
import io.sallyport.sstp.wire.ControlMessage;
import io.sallyport.sstp.wire.HigherLayerKeys;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One client: its call, the PPP link that the call carries, and the session that both make. Lives on one worker from the HTTP head to the connection's end. What PPP wants done is {@link
 * PeerPpp}, the tunnel's packets down are {@link SstpLink}.
 */
final class SstpPeer implements CallOut {
    private final SstpConnection connection;
    private final SstpServer server;
    private final Worker worker;
    private final SstpOutput output;
    private final ClientContext client;
    private final SstpSettings settings;
    private final PeerPpp login;
    private final PppServer ppp;
    private final SstpLink link;
    private final Advertisements advertisements;
    private final AnswerRate answers;
    private final ServerCall call;
    private @Nullable Timer callWake;
    private @Nullable Timer networkDeadline;
    private @Nullable CloseReason ownReason;
    private boolean driving;
    private boolean over;
    private boolean hungUp;

    SstpPeer(
            SstpConnection connection,
            SstpServer server,
            Worker worker,
            SstpOutput output,
            ClientContext client,
            ShownCertificate shown,
            SstpSettings settings) {
        this.connection = connection;
        this.server = server;
        this.worker = worker;
        this.output = output;
        this.client = client;
        this.settings = settings;
        this.login = new PeerPpp(this, server.gateway(), worker, client, output);
        this.ppp = new PppServer(settings.pppTerms(server.gateway().mtu()), client, server.random(), login);
        this.link = new SstpLink(this, worker, output, ppp);
        this.advertisements = new Advertisements(server.gateway(), worker);
        this.answers = new AnswerRate(SstpLimits.ANSWERS_A_SECOND, worker.nanoTime());
        byte[] nonce = new byte[ServerCall.NONCE_OCTETS];
        server.random().fill(nonce);
        this.call = new ServerCall(settings.callTerms(), shown, Octets.of(nonce), this, worker.nanoTime());
    }

    PppServer ppp() {
        return ppp;
    }

    ServerCall call() {
        return call;
    }

    boolean isOver() {
        return over;
    }

    /** Whether the client was told that it is who it says. */
    boolean isAuthenticated() {
        return login.isAuthenticated();
    }

    boolean isUp() {
        Session session = login.session();
        return session != null && session.state() == Session.State.UP;
    }

    /** Something arrived, once a batch. */
    void heard() {
        long now = worker.nanoTime();
        call.heard(now);
        if (!over) {
            ppp.heard(now);
        }
    }

    /** A control message, borrowed. */
    void control(ByteBuf message) {
        drive(now -> call.receive(message, now));
    }

    /** A PPP frame, borrowed. */
    void frame(ByteBuf frame) {
        int protocol = PppFrame.protocol(frame);
        if (protocol == PppFrame.MALFORMED) {
            worker.verdicts().count(Verdict.MALFORMED);
            return;
        }
        frame.readerIndex(PppFrame.informationAt(frame));
        if (protocol == PppProtocol.IPV4) {
            packet(frame, Family.IPV4, 4);
        } else if (protocol == PppProtocol.IPV6) {
            packet(frame, Family.IPV6, 6);
        } else if (protocol == PppProtocol.PAP) {
            pap(Secret.takenFrom(frame));
        } else if (takesControl()) {
            Octets information = Octets.read(frame);
            drive(now -> ppp.receive(protocol, information, now));
        }
    }

    /** There is a password in it, which stays in no memory that is not wiped, whether it is looked at or not. */
    private void pap(Secret information) {
        if (takesControl()) {
            drive(now -> ppp.receivePap(information, now));
        } else {
            information.close();
        }
    }

    private boolean takesControl() {
        if (over || !call.carriesControl()) {
            worker.verdicts().count(over ? Verdict.SESSION_CLOSED : Verdict.PROTOCOL_VIOLATION);
            return false;
        }
        if (login.isAuthenticated() && !answers.take(worker.nanoTime())) {
            worker.verdicts().count(Verdict.ANSWER_LIMIT);
            return false;
        }
        return true;
    }

    /** Borrows an IP packet. */
    private void packet(ByteBuf packet, Family family, int version) {
        Session session = login.session();
        // MS-SSTP §3.3.5.2.3: "Until a valid Call Connected message is received [...] all PPP data frames will be
        // ignored"
        if (session == null || !call.carriesData() || !link.isOpen(family)) {
            worker.verdicts().count(Verdict.SESSION_NOT_UP);
        } else if (packet.readableBytes() > PacketBuffers.MAX_PACKET) {
            worker.verdicts().count(Verdict.TOO_BIG);
        } else if (!packet.isReadable() || IpPacket.version(packet, packet.readerIndex()) != version) {
            worker.verdicts().count(Verdict.MALFORMED_IP);
        } else {
            server.gateway().uplink(worker).accept(session, PacketBuffers.take().writeBytes(packet));
        }
    }

    /** PPP's packets of this family may flow, or no more. */
    void family(Family family, boolean open) {
        link.open(family, open);
        Session session = login.session();
        if (session != null && open) {
            // LCP may have come to another MRU before it.
            session.linkChanged();
        }
        if (family == Family.IPV6 && !open) {
            advertisements.stop();
        } else if (session != null && isUp() && family == Family.IPV6) {
            advertisements.begin(session);
        }
        upIfReady();
    }

    /** The client was told that it is who it says. */
    void authenticated(HigherLayerKeys keys) {
        call.authenticated(keys, worker.nanoTime());
    }

    @Override
    public void send(ControlMessage message) {
        if (message instanceof ControlMessage.EchoResponse && !answers.take(worker.nanoTime())) {
            worker.verdicts().count(Verdict.ANSWER_LIMIT);
            return;
        }
        output.control(message);
    }

    @Override
    public void startPpp() {
        ppp.start(worker.nanoTime());
    }

    @Override
    public void connected() {
        networkDeadline = worker.schedule(
                settings.limits().networkWithin().toNanos(),
                () -> end(CloseReason.HANDSHAKE_FAILED, "no network protocol was opened"));
        upIfReady();
    }

    private void upIfReady() {
        Session session = login.session();
        if (over || session == null || session.state() != Session.State.OPEN) {
            return;
        }
        if (call.carriesData() && link.isOpen()) {
            cancel(networkDeadline);
            connection.leaveHalfOpen();
            if (session.up(link, connection.cipher()) && link.isOpen(Family.IPV6)) {
                advertisements.begin(session);
            }
        }
    }

    @Override
    public void over(CallEnd end) {
        Verdict verdict = Reasons.verdict(end.cause());
        if (verdict != null) {
            worker.verdicts().count(verdict);
        }
        leave(Reasons.of(end.cause(), ownReason), end.detail());
        connection.ending();
    }

    @Override
    public void ignored(ControlMessage message) {
        worker.verdicts().count(Verdict.PROTOCOL_VIOLATION);
    }

    @Override
    public void wakeAt(long nanos) {
        cancel(callWake);
        callWake = worker.schedule(nanos - worker.nanoTime(), () -> drive(call()::wake));
    }

    @Override
    public void hangUp() {
        hungUp = true;
        cancel(callWake);
        connection.finish();
    }

    /** PPP is over. */
    void pppEnded(PppEnd end) {
        ownReason = Reasons.of(end.cause(), ownReason);
        long now = worker.nanoTime();
        if (end.cause() == PppEnd.Cause.PROTOCOL) {
            call.abort(end.detail(), now);
        } else {
            call.disconnect(end.detail(), now);
        }
    }

    /** Ends it from our side; the client is told. */
    void end(CloseReason reason, String detail) {
        if (over) {
            return;
        }
        if (driving) {
            worker.execute(() -> end(reason, detail));
            return;
        }
        ownReason = reason;
        drive(now -> call.disconnect(detail, now));
    }

    /** The connection is gone, or is cut off: nothing is said any more. */
    void lost(CloseReason reason, String detail) {
        if (!hungUp) {
            hungUp = true;
            leave(reason, detail);
            Ending.step(worker, call::lost);
            Ending.step(worker, () -> cancel(callWake));
        }
    }

    /** The session ends, once, and PPP with it. */
    private void leave(CloseReason reason, String detail) {
        if (!over) {
            over = true;
            login.leave(reason, detail);
            Ending.step(worker, () -> ppp.lowerDown(worker.nanoTime()));
            Ending.step(worker, advertisements::stop);
            Ending.step(worker, () -> cancel(networkDeadline));
        }
    }

    /** A bug met this client's packets: it costs this client its session, and nobody else anything. */
    void failed(String during, RuntimeException bug) {
        connection.failed(during + " of " + client.sessionId(), bug);
    }

    /** All that may happen to call and PPP goes through here: one step at a time, never from within another. */
    void drive(LongConsumer step) {
        if (hungUp) {
            return;
        }
        if (driving) {
            worker.execute(() -> drive(step));
            return;
        }
        driving = true;
        try {
            step.accept(worker.nanoTime());
        } catch (RuntimeException bug) {
            failed("the call", bug);
        } finally {
            driving = false;
        }
        if (!hungUp) {
            output.flush();
        }
    }

    private static void cancel(@Nullable Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
    }
}
