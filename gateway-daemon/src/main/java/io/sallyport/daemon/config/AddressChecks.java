package io.sallyport.daemon.config;

import io.sallyport.core.address.IpPrefix;
import io.sallyport.daemon.config.GatewayConfig.Addresses;
import java.util.List;
import java.util.Map;

/** Whether pools are apart from each other and from the routes, and routes and name servers such as clients take. */
final class AddressChecks {
    /** What later Windows takes as traffic selectors; before 10 2004 it was {@link #OLD_WINDOWS_ROUTES}. */
    private static final int MAX_ROUTES = 255;

    private static final int OLD_WINDOWS_ROUTES = 25;
    private static final int MAX_DNS = 8;

    private final Addresses addresses;
    private final Findings findings;
    private final Map<String, Position> places;

    AddressChecks(Addresses addresses, Findings findings, Map<String, Position> places) {
        this.addresses = addresses;
        this.findings = findings;
        this.places = places;
    }

    void check() {
        checkPools();
        checkRoutes();
    }

    private void checkPools() {
        List<IpPrefix> pools = addresses.pools();
        List<IpPrefix> routes = addresses.routes();
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

    private void checkRoutes() {
        List<IpPrefix> routes = addresses.routes();
        if (routes.size() > MAX_ROUTES) {
            findings.mistake(
                    place("routes"), routes.size() + " routes; clients take at most " + MAX_ROUTES + ", so join some");
        } else if (routes.size() > OLD_WINDOWS_ROUTES) {
            findings.warning(
                    place("routes"),
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
            findings.mistake(place("dns"), "more than " + MAX_DNS + " DNS servers; keep the nearest");
        }
    }

    private void mistake(String key, int index, String text) {
        findings.mistake(place(key, index), text);
    }

    private Position place(String key, int index) {
        return places.getOrDefault("addresses." + key + "[" + index + "]", place(key));
    }

    private Position place(String key) {
        return places.getOrDefault("addresses." + key, Position.START);
    }
}
