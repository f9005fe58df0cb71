package io.sallyport.benchmarks;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.address.IpPrefix;
import io.sallyport.core.address.Lease;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.forward.ForwardingTable;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.session.Session;
import io.sallyport.core.session.SessionLifecycle;
import io.sallyport.core.worker.Workers;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** From an inner address to its session; addresses are asked for in turn, so that caches see many of them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ForwardingBenchmark {
    private static final int POOL = 0x0a080000;
    private static final int SITES = 0xac100000;
    private static final long POOL_6 = 0xfd00_0000_0000_0000L;
    private static final InetSocketAddress SOMEWHERE =
            new InetSocketAddress(InetAddress.ofLiteral("198.51.100.7"), 1194);

    @Param({"1", "1000"})
    public int sessions;

    /** Whether every session also has a framed route of 24 bits, and every tenth one of 20. */
    @Param({"false", "true"})
    public boolean framedRoutes;

    private final ForwardingTable table = new ForwardingTable();
    private final Workers workers = Workers.start(1);
    private int next;

    @Setup
    public void enter() {
        for (int i = 0; i < sessions; i++) {
            table.enter(session(i));
        }
    }

    @TearDown
    public void close() {
        workers.close();
    }

    private Session session(int number) {
        Inet4Address ipv4 = (Inet4Address) InetAddress.ofLiteral(text(POOL + number + 2));
        Inet6Address ipv6 = (Inet6Address) InetAddress.ofLiteral("fd00::" + Integer.toHexString(number + 2));
        Grant grant = Grant.of("user" + number);
        if (framedRoutes) {
            IpPrefix small = IpPrefix.parse(text(SITES + (number << 8)) + "/24");
            IpPrefix large = IpPrefix.parse(text(0x0b000000 + (number << 12)) + "/20");
            grant = grant.withFramedRoutes(number % 10 == 0 ? List.of(small, large) : List.of(small));
        }
        ClientContext client = new ClientContext("openvpn-udp", "session" + number, SOMEWHERE, SOMEWHERE);
        return new Session(client, grant, new Lease(ipv4, 16, ipv6, 64), workers.get(0), new NoLifecycle());
    }

    private static String text(int address) {
        return (address >>> 24) + "." + (address >>> 16 & 0xff) + "." + (address >>> 8 & 0xff) + "." + (address & 0xff);
    }

    private int turn() {
        next = next + 1 >= sessions ? 0 : next + 1;
        return next;
    }

    @Benchmark
    public @Nullable Session leaseIpv4() {
        return table.find(POOL + 2 + turn());
    }

    @Benchmark
    public @Nullable Session leaseIpv6() {
        return table.find(POOL_6, 2L + turn());
    }

    /** Found only when there are framed routes. */
    @Benchmark
    public @Nullable Session behindAFramedRoute() {
        return table.find(SITES + (turn() << 8) + 9);
    }

    @Benchmark
    public @Nullable Session nobodys() {
        return table.find(0xc0000200 + turn());
    }

    private static final class NoLifecycle implements SessionLifecycle {
        @Override
        public void up(Session session) {}

        @Override
        public void moved(Session session, InetSocketAddress from, InetSocketAddress to) {}

        @Override
        public void changed(Session session) {}

        @Override
        public void handedOver(Session session, ByteBuf frame) {
            frame.release();
        }

        @Override
        public void forget(Session session) {}

        @Override
        public void release(Session session) {}

        @Override
        public void closed(Session session, CloseReason reason) {}
    }
}
