package io.sallyport.core.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.address.IpPrefix;
import io.sallyport.core.address.Lease;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.session.Session;
import io.sallyport.core.session.SessionLifecycle;
import io.sallyport.core.support.NoLifecycle;
import io.sallyport.core.worker.Worker;
import io.sallyport.core.worker.Workers;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ForwardingTableTest {
    private static final SessionLifecycle NOBODY = new NoLifecycle();

    private final Workers workers = Workers.start(1);
    private final ForwardingTable table = new ForwardingTable();

    @AfterEach
    void stop() {
        workers.close();
    }

    @Test
    void leasesAndFramedRoutesLeadToTheirSession() {
        Session alice = session("alice", "10.8.0.2", "fd00::2", "10.20.0.0/16", "2001:db8:1::/48");
        table.enter(alice);

        for (String inner : List.of("10.8.0.2", "fd00::2", "10.20.255.1", "2001:db8:1:ffff::1")) {
            assertThat(find(inner)).as(inner).isSameAs(alice);
        }
        for (String other : List.of("10.8.0.3", "fd00::3", "10.21.0.1", "2001:db8:2::1", "0.0.0.0", "::")) {
            assertThat(find(other)).as(other).isNull();
        }
        table.leave(alice);
        assertThat(find("10.8.0.2")).isNull();
        assertThat(find("2001:db8:1::")).isNull();
    }

    @Test
    void longestPrefixWins() {
        Session wide = session("wide", "10.8.0.2", null, "0.0.0.0/0");
        Session middle = session("middle", "10.8.0.3", null, "10.20.0.0/16");
        Session narrow = session("narrow", "10.8.0.4", null, "10.20.30.0/25", "10.20.30.200/32");
        List.of(narrow, wide, middle).forEach(table::enter);

        assertThat(find("10.20.30.127")).isSameAs(narrow);
        assertThat(find("10.20.30.200")).isSameAs(narrow);
        assertThat(find("10.20.30.128")).isSameAs(middle);
        assertThat(find("192.0.2.1")).isSameAs(wide);
        assertThat(find("10.8.0.3")).isSameAs(middle);
        table.leave(middle);
        assertThat(find("10.20.30.128")).isSameAs(wide);
    }

    @Test
    void newestClaimWinsAndTheOlderComesBack() {
        Session first = session("site", "10.8.0.2", null, "10.20.0.0/16");
        Session second = session("site", "10.8.0.3", null, "10.20.0.0/16");
        table.enter(first);
        table.enter(second);
        assertThat(find("10.20.0.1")).isSameAs(second);
        table.leave(second);
        assertThat(find("10.20.0.1")).isSameAs(first);
        table.leave(second);
        assertThat(find("10.20.0.1")).isSameAs(first);
    }

    @Test
    void framedRouteTakesNoLeaseAway() {
        Session victim = session("victim", "10.8.0.2", null);
        Session thief = session("thief", "10.8.0.3", null, "10.8.0.2/32", "10.8.0.0/24");
        table.enter(victim);
        table.enter(thief);
        assertThat(find("10.8.0.2")).isSameAs(victim);
    }

    @Test
    void agreesWithASearchThroughAList() {
        Random random = new Random(7);
        List<Session> present = new ArrayList<>();
        for (int step = 0; step < 2000; step++) {
            if (present.size() < 200 && random.nextInt(100) < 55) {
                String route = new IpPrefixes(random).next();
                Session session = session("u" + step, "10.8." + step / 250 + "." + (step % 250 + 2), null, route);
                present.add(session);
                table.enter(session);
            } else if (!present.isEmpty()) {
                table.leave(present.remove(random.nextInt(present.size())));
            }
            InetAddress asked = new IpPrefixes(random).address();
            assertThat(find(asked)).isSameAs(search(present, asked));
        }
    }

    /** Readers must always find those who stay, and never the wrong session, while others come and go and the table grows. */
    @Test
    void readersAreRightWhileAWriterWorks() throws Exception {
        List<Session> staying = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            staying.add(session("stay" + i, "10.8.0." + (i + 2), null));
        }
        staying.forEach(table::enter);
        AtomicBoolean stop = new AtomicBoolean();
        try (ExecutorService readers = Executors.newFixedThreadPool(2)) {
            Callable<Long> reader = () -> readUntil(stop, staying);
            List<Future<Long>> reading = List.of(readers.submit(reader), readers.submit(reader));
            for (int round = 0; round < 20; round++) {
                List<Session> coming = new ArrayList<>();
                for (int i = 0; i < 500; i++) {
                    coming.add(session("come", "10.9." + i / 250 + "." + i % 250, null, "10.10." + i % 250 + ".0/24"));
                }
                coming.forEach(table::enter);
                coming.forEach(table::leave);
            }
            stop.set(true);
            for (Future<Long> read : reading) {
                assertThat(read.get()).isPositive();
            }
        }
    }

    /**
     * The look-up of every packet, both ways. An object a look-up would be 8 octets at least; less than one is what the virtual
     * machine itself takes now and then on a thread, as when it compiles.
     */
    @Test
    void findingAllocatesNothing() {
        Session alice = session("alice", "10.8.0.2", "fd00::2", "10.20.0.0/16", "2001:db8:1::/48");
        table.enter(alice);
        var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        int found = lookUp(20_000);
        int times = 100_000;
        long before = threads.getCurrentThreadAllocatedBytes();
        found += lookUp(times);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(found).isEqualTo(2 * 120_000);
        assertThat(allocated).isLessThan(times);
    }

    private int lookUp(int times) {
        int found = 0;
        for (int i = 0; i < times; i++) {
            found += table.find(0x0a140000 | (i & 0xffff)) != null ? 1 : 0;
            found += table.find(0xfd00L << 48, 2) != null ? 1 : 0;
            found += table.find(0x0b000000 | i) != null ? 1 : 0;
        }
        return found;
    }

    private long readUntil(AtomicBoolean stop, List<Session> staying) {
        long rounds = 0;
        do {
            for (Session session : staying) {
                if (find(ipv4(session)) != session) {
                    throw new AssertionError("lost " + session.user());
                }
            }
            for (int i = 0; i < 250; i++) {
                Session found = table.find(0x0a090000 + i);
                if (found != null && ipv4(found) != 0x0a090000 + i) {
                    throw new AssertionError("another's session");
                }
            }
            rounds++;
        } while (!stop.get());
        return rounds;
    }

    /** Few prefixes, so that they meet. */
    private record IpPrefixes(Random random) {
        String next() {
            int length = 8 + random.nextInt(25);
            return IpPrefix.around(address(), length).toString();
        }

        InetAddress address() {
            return InetAddress.ofLiteral("10.20." + random.nextInt(4) + "." + random.nextInt(8));
        }
    }

    private static @Nullable Session search(List<Session> present, InetAddress asked) {
        Session best = null;
        int longest = -1;
        for (Session session : present) {
            for (IpPrefix prefix : session.grant().framedRoutes()) {
                if (prefix.contains(asked) && prefix.length() >= longest) {
                    longest = prefix.length();
                    best = session;
                }
            }
        }
        return best;
    }

    private @Nullable Session find(String address) {
        return find(InetAddress.ofLiteral(address));
    }

    private @Nullable Session find(InetAddress address) {
        ByteBuffer octets = ByteBuffer.wrap(address.getAddress());
        return octets.remaining() == 4 ? table.find(octets.getInt()) : table.find(octets.getLong(), octets.getLong());
    }

    private @Nullable Session find(int address) {
        return table.find(address);
    }

    private static int ipv4(Session session) {
        Inet4Address ipv4 = session.lease().ipv4();
        return ipv4 == null ? 0 : ByteBuffer.wrap(ipv4.getAddress()).getInt();
    }

    private Session session(String user, String ipv4, @Nullable String ipv6, String... framed) {
        Worker worker = workers.get(0);
        Inet6Address six = ipv6 == null ? null : (Inet6Address) InetAddress.ofLiteral(ipv6);
        Lease lease = new Lease((Inet4Address) InetAddress.ofLiteral(ipv4), 24, six, 64);
        return new Session(context(user), grant(user, framed), lease, worker, NOBODY);
    }

    private static ClientContext context(String id) {
        try {
            InetSocketAddress any = new InetSocketAddress(InetAddress.getByAddress(new byte[4]), 1);
            return new ClientContext("test", id, any, any);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static Grant grant(String user, String... framed) {
        List<IpPrefix> routes = List.of(framed).stream().map(IpPrefix::parse).toList();
        return new Grant(
                user, Set.of(), null, null, null, null, routes, null, null, Grant.Limits.NONE, null, null, null, null);
    }
}
