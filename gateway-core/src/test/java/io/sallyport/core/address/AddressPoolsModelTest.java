package io.sallyport.core.address;

import static io.sallyport.core.address.AddressPoolsTest.ipv4;
import static io.sallyport.core.address.AddressPoolsTest.pools;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random leases and releases against the rules written down as plainly as can be, by searching lists. */
class AddressPoolsModelTest {
    private static final int ADDRESSES = 13;

    private final AddressPools pools = pools("10.8.0.0/28");
    private final List<Lease> leases = new ArrayList<>();
    private final List<String> holders = new ArrayList<>();
    /** Address to last user, in the order of release, longest ago first; in use: not here. */
    private final LinkedHashMap<String, String> free = new LinkedHashMap<>();

    private final Map<String, List<String>> addressesOf = new HashMap<>();
    private int everUsed;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void agreesWithTheModel(long seed) {
        Random random = new Random(seed);
        for (int step = 0; step < 3000; step++) {
            if (leases.isEmpty() || random.nextInt(100) < 52) {
                leaseOne("user" + random.nextInt(9));
            } else {
                releaseOne(random.nextInt(leases.size()));
            }
            assertThat(pools.usage().values())
                    .extracting(AddressPools.Usage::inUse)
                    .containsExactly((long) leases.size());
        }
    }

    private void leaseOne(String user) {
        String expected = expected(user);
        LeaseAnswer answer = pools.lease(LeaseRequest.of(user));
        if (expected.isEmpty()) {
            assertThat(answer).isInstanceOf(LeaseAnswer.Exhausted.class);
            return;
        }
        Lease lease = ((LeaseAnswer.Leased) answer).lease();
        assertThat(ipv4(lease)).as("for %s", user).isEqualTo(expected);
        String before = free.remove(expected);
        if (before == null) {
            everUsed++;
        }
        if (!user.equals(before)) {
            if (before != null) {
                addressesOf.getOrDefault(before, new ArrayList<>()).remove(expected);
            }
            addressesOf.computeIfAbsent(user, u -> new ArrayList<>()).add(expected);
        }
        leases.add(lease);
        holders.add(user);
    }

    private String expected(String user) {
        for (String address : addressesOf.getOrDefault(user, List.of())) {
            if (free.containsKey(address)) {
                return address;
            }
        }
        if (everUsed < ADDRESSES) {
            return "10.8.0." + (everUsed + 2);
        }
        return free.isEmpty() ? "" : free.firstEntry().getKey();
    }

    private void releaseOne(int index) {
        Lease lease = leases.remove(index);
        pools.release(lease);
        pools.release(lease);
        free.put(ipv4(lease), holders.remove(index));
    }
}
