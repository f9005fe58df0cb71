package io.sallyport.core.address;

import static io.sallyport.core.address.PoolSpan.NONE;

import io.sallyport.core.address.LeaseAnswer.Leased;
import io.sallyport.core.address.LeaseAnswer.Refused;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All inner addresses that clients may get. A user gets back what it had, if that is free (the n-th device its n-th address); else an address that nobody ever
 * had; else the one that has been free for the longest time. Which user had which address outlives the process, {@code kill -9} included; that somebody has it
 * now does not. From any thread: {@link #lease} may wait for the disk, {@link #release} never does.
 */
public final class AddressPools implements AutoCloseable {
    static final String JOURNAL = "leases.journal";

    private final List<PoolLedger> ledgers;
    private final Map<InetAddress, Fixed> fixed = new HashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final @Nullable LeaseJournal journal;
    private boolean closed;

    /** Who holds an address that is outside every pool. */
    private record Fixed(String user, Lease lease) {}

    private AddressPools(List<Pool> pools, @Nullable LeaseJournal journal) {
        for (int i = 0; i < pools.size(); i++) {
            for (Pool other : pools.subList(i + 1, pools.size())) {
                if (pools.get(i).prefix().overlaps(other.prefix())) {
                    throw new IllegalArgumentException("pools " + pools.get(i) + " and " + other + " overlap");
                }
            }
        }
        this.ledgers = pools.stream().map(PoolLedger::new).toList();
        this.journal = journal;
    }

    /** Without memory of earlier runs: for tests and the demo. */
    public static AddressPools inMemory(List<Pool> pools) {
        return new AddressPools(pools, null);
    }

    /**
     * @param stateDirectory made if it is not there
     * @throws IOException with one sentence that says what to do: the directory cannot be written, or a file in it is not ours
     */
    public static AddressPools open(List<Pool> pools, Path stateDirectory) throws IOException {
        return open(pools, stateDirectory, System::nanoTime);
    }

    static AddressPools open(List<Pool> pools, Path stateDirectory, LongSupplier nanoTime) throws IOException {
        Path file = stateDirectory.resolve(JOURNAL);
        LeaseJournal journal = new LeaseJournal(file, nanoTime);
        AddressPools opened = new AddressPools(pools, journal);
        List<JournalLine> lines;
        try {
            Files.createDirectories(stateDirectory);
            lines = journal.read();
        } catch (java.nio.file.FileSystemException e) {
            throw unwritable(stateDirectory, e);
        }
        opened.restore(lines);
        journal.begin(opened.gather());
        return opened;
    }

    /**
     * Whether {@link #open} can begin with what an earlier run left; changes nothing.
     *
     * @throws IOException with one sentence that says what to do
     */
    public static void requireReadable(Path stateDirectory) throws IOException {
        try {
            new LeaseJournal(stateDirectory.resolve(JOURNAL), System::nanoTime).requireOurs();
        } catch (java.nio.file.FileSystemException e) {
            throw unwritable(stateDirectory, e);
        }
    }

    private static IOException unwritable(Path stateDirectory, IOException e) {
        return new IOException(
                "the state directory " + stateDirectory + " cannot be used (" + e.getMessage()
                        + "): make it writable for this user or configure another",
                e);
    }

    public List<Pool> pools() {
        return ledgers.stream().map(PoolLedger::pool).toList();
    }

    /** The gateway's own inner addresses, one a pool. */
    public List<GatewayAddress> gatewayAddresses() {
        return pools().stream().map(Pool::gateway).toList();
    }

    /** How many addresses of a pool are leased, and how many could be, by pool. */
    public Map<Pool, Usage> usage() {
        lock.lock();
        try {
            Map<Pool, Usage> usage = new LinkedHashMap<>();
            ledgers.forEach(
                    l -> usage.put(l.pool(), new Usage(l.inUse(), l.span().capacity())));
            return usage;
        } finally {
            lock.unlock();
        }
    }

    public record Usage(long inUse, long capacity) {}

    /** Leases one address of each family that there is a pool or a fixed address for, or nothing. */
    public LeaseAnswer lease(LeaseRequest request) {
        LeaseAnswer answer;
        lock.lock();
        try {
            answer = allocate(request);
        } finally {
            lock.unlock();
        }
        if (journal != null && answer instanceof Leased) {
            journal.flush(this::gather);
        }
        return answer;
    }

    /** Whether leases are known after a restart; false while the state directory cannot be written. */
    public boolean isKept() {
        return journal == null || journal.isWritten();
    }

    /** To be called now and then: what was released is written too, and a disk that was full is tried again. May wait for the disk. */
    public void tend() {
        if (journal != null) {
            journal.tend(this::gather);
        }
    }

    /** Gives a lease back; the second time does nothing, whoever has the addresses by then. */
    @SuppressWarnings("ReferenceEquality") // a lease is known by its identity: an equal one may be somebody else's
    public void release(Lease lease) {
        lock.lock();
        try {
            for (InetAddress address : addresses(lease)) {
                Fixed outside = fixed.get(address);
                if (outside != null && outside.lease == lease) {
                    fixed.remove(address);
                }
                for (PoolLedger ledger : ledgers) {
                    long offset = ledger.span().offset(address);
                    if (offset != NONE && ledger.release(offset, lease)) {
                        note(new JournalLine.Freed(address));
                    }
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private LeaseAnswer allocate(LeaseRequest request) {
        if (closed) {
            return new LeaseAnswer.NoPool();
        }
        AddressSearch search = new AddressSearch(ledgers, this::fixedHolder);
        if (request.pool() != null
                && ledgers.stream().noneMatch(l -> l.pool().name().equals(request.pool()))) {
            return new LeaseAnswer.UnknownPool(request.pool());
        }
        List<AddressSearch.Choice> choices = new ArrayList<>(2);
        Refused refused = search.choose(request, true, request.ipv4(), choices);
        if (refused == null) {
            refused = search.choose(request, false, request.ipv6(), choices);
        }
        if (refused == null && choices.isEmpty()) {
            refused = new LeaseAnswer.NoPool();
        }
        return refused != null ? refused : new Leased(take(request.user(), choices));
    }

    private Lease take(String user, List<AddressSearch.Choice> choices) {
        Lease lease = leaseOf(choices);
        for (AddressSearch.Choice choice : choices) {
            if (choice.ledger() == null) {
                fixed.put(choice.address(), new Fixed(user, lease));
            } else {
                int rank = choice.ledger().take(choice.offset(), user, lease);
                note(new JournalLine.Held(choice.address(), rank, user));
            }
        }
        return lease;
    }

    private @Nullable String fixedHolder(InetAddress address) {
        Fixed holder = fixed.get(address);
        return holder == null ? null : holder.user;
    }

    private static Lease leaseOf(List<AddressSearch.Choice> choices) {
        Inet4Address ipv4 = null;
        Inet6Address ipv6 = null;
        int ipv4PrefixLength = 0;
        int ipv6PrefixLength = 0;
        for (AddressSearch.Choice choice : choices) {
            if (choice.address() instanceof Inet4Address address) {
                ipv4 = address;
                ipv4PrefixLength = choice.prefixLength();
            } else if (choice.address() instanceof Inet6Address address) {
                ipv6 = address;
                ipv6PrefixLength = choice.prefixLength();
            }
        }
        return new Lease(ipv4, ipv4PrefixLength, ipv6, ipv6PrefixLength);
    }

    private static List<InetAddress> addresses(Lease lease) {
        List<InetAddress> addresses = new ArrayList<>(2);
        if (lease.ipv4() != null) {
            addresses.add(lease.ipv4());
        }
        if (lease.ipv6() != null) {
            addresses.add(lease.ipv6());
        }
        return addresses;
    }

    private void note(JournalLine line) {
        if (journal != null) {
            journal.append(line);
        }
    }

    /** What was free for the longest time comes first; what was in use at the end counts as released just now. */
    private void restore(List<JournalLine> lines) {
        LinkedHashMap<InetAddress, JournalLine.Held> freed = new LinkedHashMap<>();
        LinkedHashMap<InetAddress, JournalLine.Held> held = new LinkedHashMap<>();
        for (JournalLine line : lines) {
            switch (line) {
                case JournalLine.Held now -> {
                    freed.remove(now.address());
                    held.put(now.address(), now);
                }
                case JournalLine.Freed end -> {
                    JournalLine.Held was = held.remove(end.address());
                    if (was != null) {
                        freed.put(end.address(), was);
                    }
                }
            }
        }
        freed.putAll(held);
        freed.values().forEach(this::restore);
    }

    private void restore(JournalLine.Held line) {
        for (PoolLedger ledger : ledgers) {
            long offset = ledger.span().offset(line.address());
            if (offset != NONE) {
                ledger.restore(offset, line.user(), line.rank());
            }
        }
    }

    private List<JournalLine> gather() {
        lock.lock();
        try {
            List<JournalLine> lines = new ArrayList<>();
            ledgers.forEach(ledger -> lines.addAll(ledger.remembered()));
            if (journal != null) {
                journal.dropPending();
            }
            return lines;
        } finally {
            lock.unlock();
        }
    }

    /** Afterwards nothing is leased any more. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            lock.unlock();
        }
        if (journal != null) {
            journal.close(this::gather);
        }
    }
}
