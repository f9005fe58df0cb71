package io.sallyport.core.session;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.address.Lease;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.worker.HandoffReceiver;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One authenticated client: what it may have, the addresses it holds, and the worker that owns it. It is opened by {@link Admission}, goes up once its
 * protocol has a {@link Link}, and ends in {@link #close}, from any cause.
 */
public final class Session implements HandoffReceiver {
    /** Where a session is in its life. */
    public enum State {
        /** Has a lease; its protocol is still negotiating. */
        OPEN,
        /** Forwards packets. */
        UP,
        CLOSED
    }

    private static final Logger log = LoggerFactory.getLogger(Session.class);
    private static final int ANSWERS_A_SECOND = 10;

    private final ClientContext client;
    private final Grant grant;
    private final Lease lease;
    private final Worker worker;
    private final SessionLifecycle lifecycle;
    private final Traffic traffic = new Traffic();
    private final Instant openedAt = Instant.now();
    private final long openedNanos;
    private volatile State state = State.OPEN;
    private final SessionTimers timers;
    private final AnswerRate answers;
    private final AnswerRate icmpErrors;
    private volatile InetSocketAddress outerAddress;
    private volatile InetSocketAddress localAddress;
    private volatile Grant.Limits limits;
    private volatile String cipher = "";
    private volatile boolean asked;
    private @Nullable Link link;
    private int mtu = Integer.MAX_VALUE;
    private int tcpMtu = Integer.MAX_VALUE;
    private boolean takesDhcp6;
    private @Nullable Consumer<CloseReason> whileOpen;
    private @Nullable CloseReason closeReason;
    private String closeDetail = "";

    /** For {@link Admission} and tests; the lifecycle has given the lease and takes it back. */
    public Session(ClientContext client, Grant grant, Lease lease, Worker worker, SessionLifecycle lifecycle) {
        this.client = client;
        this.grant = grant;
        this.lease = lease;
        this.worker = worker;
        this.openedNanos = worker.nanoTime();
        this.lifecycle = lifecycle;
        this.outerAddress = client.outerAddress();
        this.localAddress = client.localAddress();
        this.limits = grant.limits();
        this.timers = new SessionTimers(this);
        this.answers = new AnswerRate(ANSWERS_A_SECOND, openedNanos);
        this.icmpErrors = new AnswerRate(ANSWERS_A_SECOND, openedNanos);
    }

    public String id() {
        return client.sessionId();
    }

    public ClientContext client() {
        return client;
    }

    public String protocol() {
        return client.protocol();
    }

    public String user() {
        return grant.user();
    }

    /** As it was admitted; {@link #limits} may have changed since. */
    public Grant grant() {
        return grant;
    }

    public Lease lease() {
        return lease;
    }

    public Worker worker() {
        return worker;
    }

    public Traffic traffic() {
        return traffic;
    }

    /** What the client may ask the gateway. */
    public AnswerRate answers() {
        return answers;
    }

    /** How often others are told that what they send to this client cannot reach it (RFC 4443 §2.4 (f)). */
    public AnswerRate icmpErrors() {
        return icmpErrors;
    }

    /** By the wall clock, for people: it may be set at any time, so {@link #age} does not rest on it. */
    public Instant openedAt() {
        return openedAt;
    }

    /** Since it was opened, by a clock that only goes forward. */
    public Duration age() {
        return Duration.ofNanos(worker.nanoTime() - openedNanos);
    }

    /** Which of two is older, whatever the wall clock did between them. */
    static int byAge(Session a, Session b) {
        return Long.signum(a.openedNanos - b.openedNanos);
    }

    public State state() {
        return state;
    }

    /** Where the client is now. */
    public InetSocketAddress outerAddress() {
        return outerAddress;
    }

    /** The gateway's address that the client reaches now. */
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    /** As granted, or as changed since. */
    public Grant.Limits limits() {
        return limits;
    }

    /** As shown to operators; empty before there is one. */
    public String cipher() {
        return cipher;
    }

    /**
     * Has the protocol told of an end that comes before {@link #up}: the lease is somebody else's soon, so the protocol must not hand it out any more. On the worker, in the answer of {@link
     * Admission#open}; {@link #close} calls it in place of the link's.
     */
    public void whileOpen(Consumer<CloseReason> ended) {
        if (state == State.CLOSED) {
            ended.accept(endReason());
        } else {
            whileOpen = ended;
        }
    }

    /** Starts forwarding; on the worker, once. False when the session has closed meanwhile: then the link was closed too. */
    public boolean up(Link link, String cipher) {
        if (state != State.OPEN) {
            link.close(endReason());
            return false;
        }
        this.link = link;
        linkChanged();
        whileOpen = null;
        this.cipher = cipher;
        state = State.UP;
        timers.start();
        lifecycle.up(this);
        return state == State.UP;
    }

    /** What is known of the end beyond its reason; empty while it lasts. On the worker. */
    public String closeDetail() {
        return closeDetail;
    }

    private CloseReason endReason() {
        return closeReason == null ? CloseReason.INTERNAL_ERROR : closeReason;
    }

    /** The link answers {@link Link#mtu}, {@link Link#tcpMtu} or {@link Link#takesDhcp6} otherwise than before; on the worker. */
    public void linkChanged() {
        Link now = link;
        if (now != null) {
            mtu = now.mtu();
            tcpMtu = now.tcpMtu();
            takesDhcp6 = now.takesDhcp6();
        }
    }

    /** See {@link Link#mtu}; on the worker. */
    public int mtu() {
        return mtu;
    }

    /** See {@link Link#tcpMtu}; on the worker. */
    public int tcpMtu() {
        return tcpMtu;
    }

    /** See {@link Link#takesDhcp6}; on the worker. */
    public boolean takesDhcp6() {
        return takesDhcp6;
    }

    /** The keys changed to another cipher. */
    public void cipherChanged(String name) {
        cipher = name;
    }

    /**
     * The path to the client changed, at either end, and the new one is proven; on the worker.
     *
     * @param outer the client's address
     * @param local the gateway's address that it reaches, another one after 500 → 4500 or MOBIKE
     */
    public void moved(InetSocketAddress outer, InetSocketAddress local) {
        if (state == State.CLOSED) {
            return;
        }
        InetSocketAddress from = outerAddress;
        outerAddress = outer;
        localAddress = local;
        lifecycle.moved(this, from, outer);
    }

    /**
     * Changes what the session may have (RFC 5176, a CoA-Request); on the worker. Null leaves a value as it is, a timeout of zero or less means none, and a changed timeout is
     * counted from now. False, and nothing is changed, when the session has closed.
     */
    public boolean change(
            Grant.@Nullable Limits newLimits, @Nullable Duration sessionTimeout, @Nullable Duration idleTimeout) {
        if (state == State.CLOSED) {
            return false;
        }
        if (newLimits != null) {
            limits = newLimits;
        }
        timers.change(sessionTimeout, idleTimeout, state == State.UP);
        lifecycle.changed(this);
        return true;
    }

    /** Sends one packet to the client; on the worker. Takes the buffer. This is where a rate limit's queue will stand. */
    public void deliver(ByteBuf packet) {
        send(packet, true);
    }

    /** As {@link #deliver}, for what the gateway itself says: that is no traffic, and whoever only hears it is idle. */
    public void deliverOwn(ByteBuf packet) {
        send(packet, false);
    }

    private void send(ByteBuf packet, boolean counts) {
        Link to = link;
        if (to == null || state != State.UP) {
            packet.release();
            worker.verdicts().count(state == State.CLOSED ? Verdict.SESSION_CLOSED : Verdict.SESSION_NOT_UP);
            return;
        }
        if (counts) {
            traffic.countDown(packet.readableBytes());
        }
        try {
            to.accept(packet);
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    /** The end of a batch of {@link #deliver}. */
    public void flush() {
        Link to = link;
        if (to != null && state == State.UP) {
            try {
                to.flush();
            } catch (RuntimeException e) {
                failed(e);
            }
        }
    }

    /** A bug of its link costs this session, and none of those whose packets are in the same batch. */
    private void failed(RuntimeException e) {
        log.error("session {} failed", id(), e);
        close(CloseReason.INTERNAL_ERROR);
    }

    /** A frame that another worker's queue of the network read, or a packet from a client there. */
    @Override
    public void acceptHandoff(ByteBuf frame, @Nullable Object origin) {
        lifecycle.handedOver(this, frame);
    }

    @Override
    public void flushHandoff() {
        flush();
    }

    /**
     * The only end of a session, whatever the cause; from any thread, and only the first call counts. In this order: the tables forget it, its link closes (before {@link #up}: {@link
     * #whileOpen} is told), its lease returns, its end is told, its secrets are wiped.
     */
    public void close(CloseReason reason) {
        close(reason, "");
    }

    /**
     * The same.
     *
     * @param detail what happened, precisely, for the log and never for the client; empty when the reason says it all
     */
    public void close(CloseReason reason, String detail) {
        if (!worker.inWorker()) {
            askToClose(reason, detail);
            return;
        }
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        closeReason = reason;
        closeDetail = detail;
        timers.stop();
        step(() -> lifecycle.forget(this));
        Consumer<CloseReason> closing = link != null ? link::close : whileOpen;
        link = null;
        whileOpen = null;
        if (closing != null) {
            step(() -> closing.accept(reason));
        }
        step(() -> lifecycle.release(this));
        step(() -> lifecycle.closed(this, reason));
        Secrets.wipe(grant);
    }

    /** Ends it if its client is gone without a word: see {@link Link#isSilent}; on the worker. */
    void closeIfSilent() {
        if (link != null && link.isSilent()) {
            close(CloseReason.CLIENT_TIMEOUT);
        }
    }

    private void askToClose(CloseReason reason, String detail) {
        if (asked) {
            return;
        }
        try {
            worker.execute(() -> close(reason, detail));
            // Only now, so that whoever finds it set has its own tasks behind the close.
            asked = true;
        } catch (RejectedExecutionException e) {
            // The worker has ended, and with it tables, links and leases; only the secrets are left.
            Secrets.wipe(grant);
        }
    }

    /** A bug in one step of the end must not keep the others from happening: the address would never come back. */
    private void step(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            log.error("session {} did not close cleanly", id(), e);
        }
    }
}
