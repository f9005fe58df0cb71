package io.sallyport.core.address;

import static io.sallyport.core.address.PoolSpan.NONE;

import io.sallyport.core.address.LeaseAnswer.Refused;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds the addresses for a request and takes none. {@link AddressPools} holds the lock. */
final class AddressSearch {
    private final List<PoolLedger> ledgers;
    private final Function<InetAddress, @Nullable String> fixedHolder;

    /** An address to be taken: from a pool, or outside of all when there is no ledger. */
    record Choice(@Nullable PoolLedger ledger, long offset, InetAddress address, int prefixLength) {}

    /** @param fixedHolder who holds an address outside of all pools, or null */
    AddressSearch(List<PoolLedger> ledgers, Function<InetAddress, @Nullable String> fixedHolder) {
        this.ledgers = ledgers;
        this.fixedHolder = fixedHolder;
    }

    /** Adds a choice for this family, if it has one, or says why there is none. */
    @Nullable
    Refused choose(LeaseRequest request, boolean ipv4, @Nullable InetAddress wished, List<Choice> choices) {
        if (wished != null) {
            return chooseFixed(wished, choices);
        }
        List<PoolLedger> candidates = candidates(ipv4, request.pool());
        for (Search search : Search.values()) {
            for (PoolLedger ledger : candidates) {
                long offset = search.in(ledger, request.user());
                if (offset != NONE) {
                    choices.add(choice(ledger, offset));
                    return null;
                }
            }
        }
        return candidates.isEmpty()
                ? null
                : new LeaseAnswer.Exhausted(
                        candidates.getFirst().pool(), candidates.getFirst().inUse());
    }

    /** Where to look for an address, in this order. */
    private enum Search {
        REMEMBERED,
        FRESH,
        LONGEST_FREE;

        long in(PoolLedger ledger, String user) {
            return switch (this) {
                case REMEMBERED -> ledger.rememberedFor(user);
                case FRESH -> ledger.fresh();
                case LONGEST_FREE -> ledger.longestFree();
            };
        }
    }

    private List<PoolLedger> candidates(boolean ipv4, @Nullable String pool) {
        List<PoolLedger> named = pool == null ? List.of() : ofFamily(ipv4, pool);
        return named.isEmpty() ? ofFamily(ipv4, Pool.DEFAULT) : named;
    }

    private List<PoolLedger> ofFamily(boolean ipv4, String name) {
        return ledgers.stream()
                .filter(l ->
                        l.pool().prefix().isIpv4() == ipv4 && l.pool().name().equals(name))
                .toList();
    }

    private @Nullable Refused chooseFixed(InetAddress address, List<Choice> choices) {
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isMulticastAddress()
                || address.isLinkLocalAddress()
                || ledgers.stream().anyMatch(l -> l.span().reserves(address))) {
            return new LeaseAnswer.Unsuitable(address);
        }
        for (PoolLedger ledger : ledgers) {
            long offset = ledger.span().offset(address);
            if (offset != NONE) {
                String holder = ledger.holder(offset);
                return holder != null
                        ? new LeaseAnswer.Taken(address, holder)
                        : accept(choices, choice(ledger, offset));
            }
        }
        String holder = fixedHolder.apply(address);
        int prefixLength = address.getAddress().length * 8;
        return holder != null
                ? new LeaseAnswer.Taken(address, holder)
                : accept(choices, new Choice(null, NONE, address, prefixLength));
    }

    private static @Nullable Refused accept(List<Choice> choices, Choice choice) {
        choices.add(choice);
        return null;
    }

    private static Choice choice(PoolLedger ledger, long offset) {
        return new Choice(
                ledger,
                offset,
                ledger.span().address(offset),
                ledger.pool().prefix().length());
    }
}
