package io.sallyport.core.host;

import io.sallyport.core.address.GatewayAddress;
import io.sallyport.core.address.IpPrefix;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The host's side of the TUN device: its addresses and routes, forwarding, and masquerading. What outlives the device (forwarding and the nftables table) is recorded before
 * it is changed, so that the next start cleans up after a crash.
 *
 * <p>The gateway's address has full length and the pool is a route of its own. An address with the pool's length would make the kernel add broadcast and, with forwarding,
 * IPv6 anycast addresses of the pool as local ones, and then packets to those clients would never reach the device.
 *
 * <p>Reverse path filtering (rp_filter), strict too, passes clients' packets: every pool is routed to the device, and the core lets no other source in. Prefixes framed for a
 * client need {@link #route} for that. IPv6 forwarding makes Linux ignore router advertisements where {@code accept_ra} is 1: a host that gets its default route from them
 * wants 2, and so forwarding of IPv6 is touched only when there is an IPv6 pool.
 */
public final class HostNetwork implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HostNetwork.class);
    private static final String FORWARD_IPV4 = "net/ipv4/ip_forward";
    private static final String FORWARD_IPV6 = "net/ipv6/conf/all/forwarding";
    private static final String ON = "1";

    private final Host host;
    private final HostSettings settings;
    private final HostRecord changes;

    /** What was wrong with the device is logged when it begins. */
    private boolean troubled;

    /** What setting the device up did not help against. */
    private String helpless = "";

    private HostNetwork(Host host, HostSettings settings, HostRecord changes) {
        this.host = host;
        this.settings = settings;
        this.changes = changes;
    }

    /** Cleans up after an earlier run that crashed and sets everything up; on failure everything is taken down again. The device is there already. */
    public static HostNetwork setUp(Host host, HostSettings settings) throws HostException {
        HostNetwork network = new HostNetwork(host, settings, HostRecord.load(host, settings.stateDirectory()));
        network.putBack();
        try {
            network.device();
            network.forwarding();
            network.masquerade();
            return network;
        } catch (HostException e) {
            network.close();
            throw e;
        }
    }

    /** The gateway's own address in a pool: the one after the network's. */
    public static InetAddress gatewayAddress(IpPrefix pool) {
        return GatewayAddress.of(pool).address();
    }

    /** Routes a prefix that is behind a client to the device; it goes with the device. */
    public void route(IpPrefix prefix) throws HostException {
        ip(prefix, "route", "replace", prefix.toString(), "dev", settings.tun());
    }

    /** Takes the route of {@link #route} away. */
    public void unroute(IpPrefix prefix) {
        tolerant(() -> ip(prefix, "route", "del", prefix.toString(), "dev", settings.tun()));
    }

    /**
     * For now and then: sets the device up again where clients are out of reach. The kernel drops its routes and IPv6
     * addresses when somebody sets it down, and setting it up brings back neither. Never fails: what goes wrong is
     * logged.
     */
    public void tend() {
        changes.tend();
        String lost = lost();
        if (lost.isEmpty()) {
            troubled = false;
            helpless = "";
        } else if (!lost.equals(helpless)) {
            setUpAgain(lost);
        }
    }

    private void setUpAgain(String lost) {
        try {
            device();
            helpless = lost();
            trouble(
                    helpless.isEmpty()
                            ? "the device " + settings.tun() + " was down, or without its address or route for " + lost
                                    + ": it is set up again"
                            : "clients of " + helpless + " are out of reach, although " + settings.tun()
                                    + " is set up: look for rules and routes of this host that lead elsewhere");
        } catch (HostException e) {
            trouble("clients of " + lost + " are out of reach; it is tried again: " + e.getMessage());
        }
    }

    /** The pools out of reach, and where the kernel would send from instead; empty when there are none. */
    private String lost() {
        return settings.pools().stream().flatMap(this::outOfReach).collect(Collectors.joining(", "));
    }

    /**
     * Nothing while device, address and route are there: only then is the gateway's own address what one would send
     * from to its neighbour.
     */
    private Stream<String> outOfReach(IpPrefix pool) {
        InetAddress own = gatewayAddress(pool);
        InetAddress client = neighbour(own);
        InetAddress source = pool.contains(client) ? host.sourceTowards(client) : own;
        return own.equals(source)
                ? Stream.empty()
                : Stream.of(pool + " (from " + (source == null ? "nowhere" : source.getHostAddress()) + ")");
    }

    private void trouble(String text) {
        if (!troubled) {
            troubled = true;
            log.warn("{}", text);
        }
    }

    private static InetAddress neighbour(InetAddress address) {
        byte[] octets = address.getAddress();
        octets[octets.length - 1]++;
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private void device() throws HostException {
        if (hasIpv6()) {
            // where the host's default is "off" the device would refuse the address
            host.write("net/ipv6/conf/" + settings.tun() + "/disable_ipv6", "0");
        }
        run("ip", "link", "set", "dev", settings.tun(), "mtu", Integer.toString(settings.mtu()), "up");
        for (IpPrefix pool : settings.pools()) {
            String address = IpPrefix.host(gatewayAddress(pool)).toString();
            if (pool.isIpv4()) {
                ip(pool, "address", "replace", address, "dev", settings.tun());
            } else {
                ip(pool, "address", "replace", address, "dev", settings.tun(), "nodad");
            }
            route(pool);
        }
    }

    private void forwarding() throws HostException {
        if (!settings.forward()) {
            return;
        }
        if (settings.pools().stream().anyMatch(IpPrefix::isIpv4)) {
            turnOn(FORWARD_IPV4);
        }
        if (hasIpv6()) {
            turnOn(FORWARD_IPV6);
        }
    }

    private void turnOn(String setting) throws HostException {
        String before = host.read(setting);
        if (!before.equals(ON)) {
            changes.put(setting, before);
            host.write(setting, ON);
            log.info("turned on {}, which was {}", setting, before);
        }
    }

    private void masquerade() throws HostException {
        if (settings.masquerade()) {
            changes.put(HostRecord.TABLE, settings.table());
            nft(removal(settings.table()) + table());
        }
    }

    /** Sources of the pools alone, and only where they leave by another device. */
    private String table() {
        String ipv4 = masqueraded("ip", true);
        String ipv6 = masqueraded("ip6", false);
        return """
                table inet %s {
                  chain postrouting {
                    type nat hook postrouting priority srcnat; policy accept;
                %s%s  }
                }
                """.formatted(settings.table(), ipv4, ipv6);
    }

    private String masqueraded(String family, boolean ipv4) {
        String pools = settings.pools().stream()
                .filter(pool -> pool.isIpv4() == ipv4)
                .map(IpPrefix::toString)
                .collect(Collectors.joining(", "));
        return pools.isEmpty()
                ? ""
                : "    " + family + " saddr { " + pools + " } oifname != \"" + settings.tun() + "\" masquerade\n";
    }

    /** Adding before deleting makes it work whether the table is there or not, in one transaction. */
    private static String removal(String table) {
        return "table inet " + table + "\ndelete table inet " + table + "\n";
    }

    /** Takes everything down, as often as one likes; what fails is logged, stays on record and is tried again at the next start. */
    @Override
    public void close() {
        for (IpPrefix pool : settings.pools()) {
            unroute(pool);
            String address = IpPrefix.host(gatewayAddress(pool)).toString();
            tolerant(() -> ip(pool, "address", "del", address, "dev", settings.tun()));
        }
        try {
            putBack();
        } catch (HostException e) {
            log.error("the host's network was not put back as it was: {}", e.getMessage());
        }
    }

    private void putBack() throws HostException {
        for (Map.Entry<String, String> change : changes.entries().entrySet()) {
            if (change.getKey().equals(HostRecord.TABLE)) {
                nft(removal(change.getValue()));
            } else if (host.read(change.getKey()).equals(ON)) {
                // what somebody else changed since is theirs
                host.write(change.getKey(), change.getValue());
            }
        }
        changes.clear();
    }

    private boolean hasIpv6() {
        return settings.pools().stream().anyMatch(pool -> !pool.isIpv4());
    }

    private void ip(IpPrefix family, String... arguments) throws HostException {
        String[] command = new String[arguments.length + 2];
        command[0] = "ip";
        command[1] = family.isIpv4() ? "-4" : "-6";
        System.arraycopy(arguments, 0, command, 2, arguments.length);
        run(command);
    }

    private void run(String... command) throws HostException {
        host.run("", List.of(command));
    }

    private void nft(String script) throws HostException {
        host.run(script, List.of("nft", "-f", "-"));
    }

    private interface Step {
        void run() throws HostException;
    }

    private static void tolerant(Step step) {
        try {
            step.run();
        } catch (HostException e) {
            log.debug("nothing to take down: {}", e.getMessage());
        }
    }
}
