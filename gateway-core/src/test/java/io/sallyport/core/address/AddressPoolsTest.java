package io.sallyport.core.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPoolsTest {
    @ParameterizedTest
    @CsvSource({
        "10.8.0.0/29, 10.8.0.1, 10.8.0.2, 10.8.0.6",
        "172.16.201.0/24, 172.16.201.1, 172.16.201.2, 172.16.201.254",
        "10.0.0.0/8, 10.0.0.1, 10.0.0.2, 10.255.255.254",
        "fd00:1::/64, fd00:1::1, fd00:1::2, fd00:1::3fff:ffff:ffff:ffff",
        "fd00:1::/125, fd00:1::1, fd00:1::2, fd00:1::7",
    })
    void poolSpansItsHosts(String prefix, String gateway, String first, String last) {
        PoolSpan span = new PoolSpan(IpPrefix.parse(prefix));

        assertThat(Pool.of(prefix).gateway().address()).isEqualTo(InetAddress.ofLiteral(gateway));
        assertThat(span.address(PoolSpan.FIRST)).isEqualTo(InetAddress.ofLiteral(first));
        assertThat(span.address(span.last())).isEqualTo(InetAddress.ofLiteral(last));
        assertThat(span.offset(InetAddress.ofLiteral(last))).isEqualTo(span.last());
        assertThat(span.offset(InetAddress.ofLiteral(gateway))).isEqualTo(PoolSpan.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.8.0.0/30", "10.8.0.1/32", "0.0.0.0/0", "fd00::/126", "fc00::/7"})
    void refusesPoolsTooSmallOrTooLarge(String prefix) {
        assertThatThrownBy(() -> Pool.of(prefix))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("prefix length");
    }

    @Test
    void refusesPoolsThatOverlap() {
        assertThatThrownBy(() -> pools("10.8.0.0/24", "10.8.0.0/25")).hasMessageContaining("overlap");
    }

    @Test
    void leasesBothFamiliesOrNothing() {
        AddressPools pools = pools("10.8.0.0/24", "fd00::/125");
        for (int i = 0; i < 6; i++) {
            Lease lease = lease(pools, "user" + i);
            assertThat(lease.ipv4()).isNotNull();
            assertThat(lease.ipv6()).isNotNull();
            assertThat(lease.ipv6PrefixLength()).isEqualTo(125);
        }

        LeaseAnswer refused = pools.lease(LeaseRequest.of("late"));

        assertThat(refused).isInstanceOfSatisfying(LeaseAnswer.Exhausted.class, exhausted -> {
            assertThat(exhausted.detail()).contains("fd00:0:0:0:0:0:0:0/125").contains("all 6 addresses are in use");
            assertThat(exhausted.temporary()).isTrue();
        });
        assertThat(pools.usage().values()).extracting(AddressPools.Usage::inUse).containsExactly(6L, 6L);
    }

    @Test
    void neverLeasesNetworkGatewayOrBroadcast() {
        AddressPools pools = pools("10.8.0.0/29");
        Set<String> leased = new HashSet<>();
        for (int i = 0; i < 5; i++) {
            leased.add(ipv4(lease(pools, "u" + i)));
        }
        assertThat(leased).containsExactlyInAnyOrder("10.8.0.2", "10.8.0.3", "10.8.0.4", "10.8.0.5", "10.8.0.6");
        assertThat(pools.lease(LeaseRequest.of("u6"))).isInstanceOf(LeaseAnswer.Exhausted.class);
    }

    @Test
    void devicesOfOneUserGetTheirOwnAddressesBack() {
        AddressPools pools = pools("10.8.0.0/24");
        Lease first = lease(pools, "alice");
        Lease second = lease(pools, "alice");
        Lease other = lease(pools, "bob");
        pools.release(first);
        pools.release(second);
        pools.release(other);

        assertThat(ipv4(lease(pools, "bob"))).isEqualTo(ipv4(other));
        assertThat(ipv4(lease(pools, "alice"))).isEqualTo(ipv4(first));
        assertThat(ipv4(lease(pools, "alice"))).isEqualTo(ipv4(second));
    }

    @Test
    void prefersFreshAddressesThenTheLongestFree() {
        AddressPools pools = pools("10.8.0.0/29");
        Lease a = lease(pools, "a");
        Lease b = lease(pools, "b");
        pools.release(b);
        pools.release(a);

        List<String> next = new ArrayList<>();
        for (String user : List.of("c", "d", "e", "f", "g")) {
            next.add(ipv4(lease(pools, user)));
        }

        assertThat(next).containsExactly("10.8.0.4", "10.8.0.5", "10.8.0.6", ipv4(b), ipv4(a));
    }

    @Test
    void secondReleaseFreesNobodyElse() {
        AddressPools pools = pools("10.8.0.0/29");
        List<Lease> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            all.add(lease(pools, "u" + i));
        }
        pools.release(all.getFirst());
        Lease next = lease(pools, "next");
        assertThat(next).isEqualTo(all.getFirst());

        pools.release(all.getFirst());

        assertThat(pools.lease(LeaseRequest.of("v"))).isInstanceOf(LeaseAnswer.Exhausted.class);
    }

    @Test
    void fixedAddressIsGivenInsideAndOutsideThePools() {
        AddressPools pools = pools("10.8.0.0/24");
        Lease inside = lease(pools, fixed("alice", "10.8.0.77"));
        Lease outside = lease(pools, fixed("bob", "192.168.9.9"));

        assertThat(ipv4(inside)).isEqualTo("10.8.0.77");
        assertThat(inside.ipv4PrefixLength()).isEqualTo(24);
        assertThat(ipv4(outside)).isEqualTo("192.168.9.9");
        assertThat(outside.ipv4PrefixLength()).isEqualTo(32);
        assertThat(pools.lease(fixed("eve", "10.8.0.77")))
                .isInstanceOfSatisfying(
                        LeaseAnswer.Taken.class, t -> assertThat(t.detail()).contains("10.8.0.77", "alice"));
        assertThat(pools.lease(fixed("eve", "192.168.9.9"))).isInstanceOf(LeaseAnswer.Taken.class);
        pools.release(outside);
        assertThat(ipv4(lease(pools, fixed("eve", "192.168.9.9")))).isEqualTo("192.168.9.9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.8.0.0", "10.8.0.1", "10.8.0.255", "127.0.0.1", "0.0.0.0", "224.0.0.5", "169.254.1.1"})
    void refusesFixedAddressesThatNobodyMayHave(String address) {
        assertThat(pools("10.8.0.0/24").lease(fixed("alice", address))).isInstanceOf(LeaseAnswer.Unsuitable.class);
    }

    @Test
    void namedPoolIsForThoseWhoNameIt() {
        AddressPools pools = AddressPools.inMemory(List.of(
                Pool.of("10.8.0.0/24"), Pool.of("fd00::/64"), new Pool("staff", IpPrefix.parse("10.9.0.0/24"))));

        Lease staff = lease(pools, new LeaseRequest("s", null, null, "staff"));

        assertThat(ipv4(staff)).isEqualTo("10.9.0.2");
        assertThat(staff.ipv6()).isEqualTo((Inet6Address) InetAddress.ofLiteral("fd00::2"));
        assertThat(ipv4(lease(pools, "other"))).startsWith("10.8.0.");
        assertThat(pools.lease(new LeaseRequest("s", null, null, "stuff")))
                .isInstanceOfSatisfying(
                        LeaseAnswer.UnknownPool.class,
                        u -> assertThat(u.detail()).contains("stuff"));
    }

    @Test
    void secondPoolOfAFamilyTakesTheOverflow() {
        AddressPools pools = pools("10.8.0.0/29", "10.9.0.0/29");
        Set<String> leased = new HashSet<>();
        for (int i = 0; i < 10; i++) {
            leased.add(ipv4(lease(pools, "u" + i)));
        }
        assertThat(leased).hasSize(10);
        assertThat(pools.lease(LeaseRequest.of("late"))).isInstanceOf(LeaseAnswer.Exhausted.class);
    }

    @Test
    void tenThousandAtOnceGetTenThousandAddresses() throws InterruptedException {
        AddressPools pools = pools("10.8.0.0/16", "fd00::/64");
        ConcurrentLinkedQueue<Lease> leases = new ConcurrentLinkedQueue<>();
        CountDownLatch done = new CountDownLatch(10_000);
        for (int i = 0; i < 10_000; i++) {
            // One user with very many devices is the hardest case for affinity.
            String user = i % 2 == 0 ? "fleet" : "user" + i;
            Thread.ofVirtual().start(() -> {
                leases.add(lease(pools, user));
                done.countDown();
            });
        }
        done.await();

        assertThat(leases.stream().map(Lease::ipv4).distinct()).hasSize(10_000);
        assertThat(leases.stream().map(Lease::ipv6).distinct()).hasSize(10_000);
        leases.forEach(pools::release);
        assertThat(pools.usage().values()).extracting(AddressPools.Usage::inUse).containsOnly(0L);
    }

    static AddressPools pools(String... prefixes) {
        return AddressPools.inMemory(List.of(prefixes).stream().map(Pool::of).toList());
    }

    static Lease lease(AddressPools pools, String user) {
        return lease(pools, LeaseRequest.of(user));
    }

    static Lease lease(AddressPools pools, LeaseRequest request) {
        return switch (pools.lease(request)) {
            case LeaseAnswer.Leased leased -> leased.lease();
            case LeaseAnswer.Refused refused -> throw new AssertionError(refused.detail());
        };
    }

    static LeaseRequest fixed(String user, String ipv4) {
        return new LeaseRequest(user, (Inet4Address) InetAddress.ofLiteral(ipv4), null, null);
    }

    static String ipv4(Lease lease) {
        Inet4Address ipv4 = lease.ipv4();
        return ipv4 == null ? "none" : ipv4.getHostAddress();
    }
}
