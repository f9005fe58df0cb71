package io.sallyport.core.forward;

import io.sallyport.core.address.IpPrefix;
import io.sallyport.core.session.Session;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which session an inner address leads to, by longest match over leases and framed routes. Shared by all workers: writers take turns, readers take no lock and allocate nothing.
 *
 * <p>A prefix that several sessions claim leads to the one that leases it, else to the one that came last; when that leaves, to the one before.
 */
public final class ForwardingTable {
    private final PrefixTable ipv4 = new PrefixTable();
    private final PrefixTable ipv6 = new PrefixTable();
    private final Map<IpPrefix, List<Claim>> claims = new HashMap<>();

    private record Claim(Session session, boolean lease) {}

    /** @param address in network order: 10.0.0.1 is 0x0a000001 */
    public @Nullable Session find(int address) {
        return ipv4.find((long) address << 32, 0);
    }

    /** @param high the first eight octets of an IPv6 address, in network order */
    public @Nullable Session find(long high, long low) {
        return ipv6.find(high, low);
    }

    public synchronized void enter(Session session) {
        for (IpPrefix prefix : leased(session)) {
            claim(prefix, new Claim(session, true));
        }
        for (IpPrefix prefix : session.grant().framedRoutes()) {
            claim(prefix, new Claim(session, false));
        }
    }

    public synchronized void leave(Session session) {
        leased(session).forEach(prefix -> disclaim(prefix, session));
        session.grant().framedRoutes().forEach(prefix -> disclaim(prefix, session));
    }

    private void claim(IpPrefix prefix, Claim claim) {
        List<Claim> all = claims.computeIfAbsent(prefix, p -> new ArrayList<>(1));
        all.add(claim);
        publish(prefix, all);
    }

    @SuppressWarnings("ReferenceEquality") // a session is itself
    private void disclaim(IpPrefix prefix, Session session) {
        List<Claim> all = claims.get(prefix);
        if (all != null && all.removeIf(c -> c.session == session)) {
            publish(prefix, all);
        }
    }

    private void publish(IpPrefix prefix, List<Claim> all) {
        PrefixTable table = prefix.isIpv4() ? ipv4 : ipv6;
        ByteBuffer key = ByteBuffer.allocate(16).put(prefix.address().getAddress());
        long high = key.getLong(0);
        long low = key.getLong(8);
        if (all.isEmpty()) {
            claims.remove(prefix);
            table.remove(high, low, prefix.length());
        } else {
            table.put(high, low, prefix.length(), winner(all));
        }
    }

    private static Session winner(List<Claim> all) {
        for (Claim claim : all) {
            if (claim.lease) {
                return claim.session;
            }
        }
        return all.getLast().session;
    }

    private static List<IpPrefix> leased(Session session) {
        List<IpPrefix> leased = new ArrayList<>(2);
        if (session.lease().ipv4() != null) {
            leased.add(IpPrefix.host(session.lease().ipv4()));
        }
        if (session.lease().ipv6() != null) {
            leased.add(IpPrefix.host(session.lease().ipv6()));
        }
        return leased;
    }
}
