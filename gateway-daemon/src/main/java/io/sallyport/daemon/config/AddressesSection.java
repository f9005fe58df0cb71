package io.sallyport.daemon.config;

import io.sallyport.core.address.IpPrefix;
import io.sallyport.daemon.config.GatewayConfig.Addresses;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/** Binds {@code addresses}. */
final class AddressesSection {
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
        new AddressChecks(addresses, findings, places).check();
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
}
