package io.sallyport.daemon.config;

import io.sallyport.core.address.IpPrefix;
import io.sallyport.daemon.config.GatewayConfig.Addresses;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/** Binds {@code addresses}: pools large enough and apart from each other and from the routes. */
final class AddressesSection {
    /** What later Windows takes as traffic selectors; before 10 2004 it was {@link #OLD_WINDOWS_ROUTES}. */
    private static final int MAX_ROUTES = 255;

    private static final int OLD_WINDOWS_ROUTES = 25;
    private static final int MAX_DNS = 8;

    private final Section section;
    private final Findings findings;
    private final Map<String, Position> places;

    AddressesSection(Section section, Findings findings, Map<String, Position> places) {
        this.section = section;
        this.findings = findings;
        this.places = places;
    }

    Addresses bind() {
        List<IpPrefix> pools = section.list("pools", "172.16.201.0/24", AddressesSection::pool);
        if (!section.hasItems("pools")) {
            findings.mistake(
                    section.positionOf("pools"), "addresses.pools has no pool; write pools: [172.16.201.0/24]");
        }
        Addresses addresses = new Addresses(
                pools,
                section.list("dns", "10.0.0.53", Values::address),
                section.optional("dns-domain", Values::hostName),
                section.list("routes", "10.20.0.0/16", Values::prefix),
                section.value("isolation", Values::bool, true));
        section.end();
        checkPools(pools, addresses.routes());
        checkRoutes(addresses);
        return addresses;
    }

    static IpPrefix pool(String text) throws BadValue {
        IpPrefix pool = Values.prefix(text);
        InetAddress address = pool.address();
        if (address.isMulticastAddress() || address.isLoopbackAddress() || address.isAnyLocalAddress()) {
            throw new BadValue(text + " cannot be given to clients; choose a private range such as 172.16.201.0/24");
        }
        int least = pool.isIpv4() ? 29 : 125;
        if (pool.length() > least) {
            throw new BadValue(text + " is too small; a pool is /" + least + " or larger");
        }
        int most = pool.isIpv4() ? 8 : 48;
        if (pool.length() < most) {
            throw new BadValue(text + " is too large; a pool is /" + most + " or smaller");
        }
        return pool;
    }

    private void checkPools(List<IpPrefix> pools, List<IpPrefix> routes) {
        for (int i = 0; i < pools.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (pools.get(i).overlaps(pools.get(j))) {
                    mistake(
                            "pools",
                            i,
                            "pool " + pools.get(i) + " overlaps pool " + pools.get(j) + "; keep them apart");
                }
            }
            for (int j = 0; j < routes.size(); j++) {
                if (routes.get(j).length() > 1 && pools.get(i).overlaps(routes.get(j))) {
                    mistake(
                            "routes",
                            j,
                            "route " + routes.get(j) + " overlaps pool " + pools.get(i)
                                    + "; clients' addresses must lie outside of what they reach");
                }
            }
        }
    }

    private void checkRoutes(Addresses addresses) {
        List<IpPrefix> routes = addresses.routes();
        if (routes.size() > MAX_ROUTES) {
            findings.mistake(
                    section.positionOf("routes"),
                    routes.size() + " routes; clients take at most " + MAX_ROUTES + ", so join some");
        } else if (routes.size() > OLD_WINDOWS_ROUTES) {
            findings.warning(
                    section.positionOf("routes"),
                    routes.size() + " routes; Windows before 10 version 2004 takes " + OLD_WINDOWS_ROUTES
                            + " over IKEv2");
        }
        for (int i = 0; i < routes.size(); i++) {
            IpPrefix route = routes.get(i);
            if (routes.indexOf(route) < i) {
                mistake("routes", i, "route " + route + " is here twice; keep one");
            }
            if (addresses.pools().stream().noneMatch(pool -> pool.isIpv4() == route.isIpv4())) {
                String version = route.isIpv4() ? "IPv4" : "IPv6";
                findings.warning(
                        place("routes", i),
                        "no client can use route " + route + ": addresses.pools has no " + version + " pool");
            }
        }
        if (addresses.dns().size() > MAX_DNS) {
            findings.mistake(section.positionOf("dns"), "more than " + MAX_DNS + " DNS servers; keep the nearest");
        }
    }

    private void mistake(String key, int index, String text) {
        findings.mistake(place(key, index), text);
    }

    private Position place(String key, int index) {
        return places.getOrDefault("addresses." + key + "[" + index + "]", section.positionOf(key));
    }
}
