package io.sallyport.core.address;

import static io.sallyport.core.address.AddressPoolsTest.ipv4;
import static io.sallyport.core.address.AddressPoolsTest.lease;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaseJournalTest {
    @TempDir
    Path state;

    private final AtomicLong clock = new AtomicLong(1);
    private Path journal = Path.of("");

    @BeforeEach
    void name() {
        journal = state.resolve(AddressPools.JOURNAL);
    }

    @Test
    void affinityOutlivesAKill() throws IOException {
        AddressPools before = open();
        Lease alice = lease(before, "alice");
        lease(before, "bob");
        Lease aliceToo = lease(before, "alice");
        // Killed here: nothing is closed, and alice and bob still hold their addresses.

        AddressPools after = open();

        assertThat(after.usage().values()).extracting(AddressPools.Usage::inUse).containsOnly(0L);
        assertThat(ipv4(lease(after, "carol"))).isEqualTo("10.8.0.5");
        assertThat(ipv4(lease(after, "alice"))).isEqualTo(ipv4(alice));
        assertThat(ipv4(lease(after, "alice"))).isEqualTo(ipv4(aliceToo));
    }

    @Test
    void orderOfReleaseOutlivesAnOrderlyEnd() throws IOException {
        AddressPools before = open("10.8.0.0/29");
        List<Lease> leases = List.of(
                lease(before, "a"), lease(before, "b"), lease(before, "c"), lease(before, "d"), lease(before, "e"));
        before.release(leases.get(3));
        before.release(leases.get(1));
        before.close();

        AddressPools after = open("10.8.0.0/29");

        assertThat(ipv4(lease(after, "x"))).isEqualTo(ipv4(leases.get(3)));
        assertThat(ipv4(lease(after, "y"))).isEqualTo(ipv4(leases.get(1)));
    }

    @Test
    void userNamesOfAnyCharactersComeBack() throws IOException {
        String user = "Zoë O'Neill\n+ 0 10.8.0.9 mallory\\ %41";
        Lease lease = lease(open(), user);
        AddressPools after = open();
        assertThat(ipv4(lease(after, "other"))).isNotEqualTo(ipv4(lease));
        assertThat(ipv4(lease(after, user))).isEqualTo(ipv4(lease));
    }

    @Test
    void tornLastLineIsDropped() throws IOException {
        Lease alice = lease(open(), "alice");
        String torn = new JournalLine.Held(InetAddress.ofLiteral("10.8.0.9"), 0, "bob").encode();
        for (int octets = 1; octets < torn.length(); octets++) {
            Files.writeString(journal, torn.substring(0, octets), StandardOpenOption.APPEND);
            AddressPools after = open();
            assertThat(ipv4(lease(after, "alice"))).isEqualTo(ipv4(alice));
        }
    }

    @Test
    void damagedLineIsSkippedAndTheRestCounts() throws IOException {
        AddressPools before = open();
        lease(before, "alice");
        Lease bob = lease(before, "bob");
        Files.writeString(journal, Files.readString(journal).replace("alice", "alicf"));

        AddressPools after = open();

        assertThat(ipv4(lease(after, "bob"))).isEqualTo(ipv4(bob));
        assertThat(ipv4(lease(after, "alicf"))).isEqualTo("10.8.0.2");
    }

    @Test
    void noMutationOfTheFileStopsTheStartOrThrowsUnchecked() throws IOException {
        AddressPools before = open();
        lease(before, "alice");
        before.release(lease(before, "bob"));
        byte[] good = Files.readAllBytes(journal);
        for (int at = LeaseJournal.HEADING.length(); at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= (byte) (1 + at % 255);
            Files.write(journal, bad);
            assertThat(open().pools()).hasSize(2);
        }
    }

    @Test
    void fileThatIsNotOursIsLeftAlone() throws IOException {
        Files.writeString(journal, "dear diary\n");
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("not a lease journal");
        assertThat(journal).hasContent("dear diary\n");
    }

    @Test
    void directoryThatCannotBeWrittenIsOneSentence() throws IOException {
        Path file = Files.writeString(state.resolve("occupied"), "");
        assertThatThrownBy(() -> AddressPools.open(List.of(Pool.of("10.8.0.0/24")), file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the state directory " + file + " cannot be used");
        assertThatThrownBy(() -> AddressPools.open(List.of(Pool.of("10.8.0.0/24")), Path.of("/proc/nowhere")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("make it writable");
    }

    @Test
    void journalStaysSmallHoweverOftenClientsComeAndGo() throws IOException {
        AddressPools pools = open();
        for (int i = 0; i < 20_000; i++) {
            pools.release(lease(pools, "user" + i % 10));
        }
        assertThat(Files.size(journal)).isLessThan(200_000);
        assertThat(ipv4(lease(open(), "user3"))).isEqualTo("10.8.0.5");
    }

    /** A directory in the way of the new file fails every rewrite, as a full disk does. */
    @Test
    void diskThatRefusesStopsNobodyAndIsHealedLater() throws IOException {
        AddressPools pools = open();
        lease(pools, "alice");
        Path obstacle = Files.createDirectory(state.resolve(AddressPools.JOURNAL + ".new"));
        for (int i = 0; i < 3000; i++) {
            // The journal outgrows its bounds, cannot be renewed, and nobody notices.
            pools.release(lease(pools, "bob"));
        }
        Lease carol = lease(pools, "carol");
        assertThat(Files.readString(journal)).doesNotContain("carol");
        Files.delete(obstacle);
        clock.addAndGet(Duration.ofSeconds(11).toNanos());
        lease(pools, "dave");

        assertThat(Files.readString(journal)).contains("alice", "bob", "carol", "dave");
        assertThat(ipv4(lease(open(), "carol"))).isEqualTo(ipv4(carol));
    }

    /**
     * As after a kill on a full disk: who had which address is still known, and what comes is written when there is
     * room.
     */
    @Test
    void diskThatRefusesStopsNoStart() throws IOException {
        Lease alice = lease(open(), "alice");
        Path obstacle = Files.createDirectory(state.resolve(AddressPools.JOURNAL + ".new"));

        AddressPools pools = open();
        assertThat(pools.isKept()).isFalse();
        Lease bob = lease(pools, "bob");
        assertThat(ipv4(lease(pools, "alice"))).isEqualTo(ipv4(alice));
        assertThat(Files.readString(journal)).contains("alice").doesNotContain("bob");

        Files.delete(obstacle);
        clock.addAndGet(Duration.ofSeconds(11).toNanos());
        pools.tend();
        assertThat(pools.isKept()).isTrue();
        assertThat(ipv4(lease(open(), "bob"))).isEqualTo(ipv4(bob));
    }

    /** Nobody leases anything: whoever tends the pools notices. */
    @Test
    void fileThatIsRemovedIsNoticedAndWrittenAnewOnceItCanBe() throws IOException {
        AddressPools pools = open();
        Lease alice = lease(pools, "alice");
        Files.delete(journal);
        Files.delete(state);
        pools.tend();
        assertThat(pools.isKept()).isFalse();
        Lease bob = lease(pools, "bob");
        Files.createDirectory(state);
        clock.addAndGet(Duration.ofSeconds(11).toNanos());
        pools.tend();

        assertThat(pools.isKept()).isTrue();
        AddressPools after = open();
        assertThat(ipv4(lease(after, "bob"))).isEqualTo(ipv4(bob));
        assertThat(ipv4(lease(after, "alice"))).isEqualTo(ipv4(alice));
    }

    @Test
    void draftThatAKillLeftHalfWrittenIsNoneOfOurs() throws IOException {
        Lease alice = lease(open(), "alice");
        Files.writeString(state.resolve(AddressPools.JOURNAL + ".new"), LeaseJournal.HEADING + "0123");
        assertThat(ipv4(lease(open(), "alice"))).isEqualTo(ipv4(alice));
    }

    @Test
    void nothingIsWrittenAfterTheEnd() throws IOException {
        AddressPools pools = open();
        lease(pools, "alice");
        pools.close();
        Files.delete(journal);
        pools.tend();
        assertThat(journal).doesNotExist();
    }

    private AddressPools open() throws IOException {
        return open("10.8.0.0/24", "fd00::/64");
    }

    private AddressPools open(String... prefixes) throws IOException {
        return AddressPools.open(List.of(prefixes).stream().map(Pool::of).toList(), state, clock::get);
    }
}
