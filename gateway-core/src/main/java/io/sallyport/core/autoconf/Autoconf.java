package io.sallyport.core.autoconf;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.session.Session;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the gateway itself answers to a client inside its tunnel, so that clients whose protocol cannot carry it learn
 * routes, name servers and their IPv6 address: DHCPINFORM, router and neighbour solicitations, and DHCPv6. One answer a
 * question, to its session alone. Only so many questions a second are looked at, also of those that get no answer. On one worker.
 */
public final class Autoconf {
    private static final Logger log = LoggerFactory.getLogger(Autoconf.class);
    private static final long LOG_INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Worker worker;
    private final Function<Session, ClientTerms> terms;
    private final int mtu;
    private long nextLogNanos;

    /**
     * @param terms what a session is told at this moment; asked for each question
     * @param mtu the network's; an answer is no longer than the session's link takes either
     */
    public Autoconf(Worker worker, Function<Session, ClientTerms> terms, int mtu) {
        this.worker = worker;
        this.terms = terms;
        this.mtu = mtu;
        this.nextLogNanos = worker.nanoTime();
    }

    /** Whether this well-formed IPv4 packet is a DHCP client's. */
    public static boolean isDhcp(ByteBuf packet) {
        return Questions.isDhcp(packet);
    }

    /**
     * Answers what a client sent and nobody else is to see; borrows the packet. Whoever calls this flushes the session.
     *
     * @param packet well-formed, from this session's client
     * @param otherwise what becomes of the packet when it is no question
     * @return null when it was answered
     */
    public @Nullable Verdict answer(Session session, ByteBuf packet, Verdict otherwise) {
        if (!Questions.mayBe(packet)) {
            return otherwise;
        }
        if (!session.answers().take(worker.nanoTime())) {
            return Verdict.RATE_LIMITED;
        }
        try {
            Reply reply = Questions.answer(packet, terms.apply(session), Math.min(mtu, session.mtu()));
            if (reply == null) {
                return otherwise;
            }
            session.deliverOwn(reply.packet());
            if (reply.omittedRoutes() > 0) {
                warn(session, reply.omittedRoutes());
            }
            return null;
        } catch (RefusedQuestion refused) {
            return refused.verdict();
        }
    }

    private void warn(Session session, int omitted) {
        long now = worker.nanoTime();
        if (now - nextLogNanos >= 0) {
            nextLogNanos = now + LOG_INTERVAL_NANOS;
            log.warn("session {}: {} routes did not fit into what its client asked for", session.id(), omitted);
        }
    }
}
