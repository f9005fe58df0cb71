package io.sallyport.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * The world of one test: a bridge that stands for the Internet, the gateway, a host behind it and clients, each in a
 * network namespace of its own, all deleted at the end with every process that was started.
 *
 * <pre>
 * cliN wan0 198.51.100.(10+N), fd51::(10+N) --+-- bridge --- wan0 198.51.100.1, fd51::1 gw lan0 10.20.0.1, fd20::1 --- lan0 10.20.0.2, fd20::2 host
 * </pre>
 */
final class Lab implements AutoCloseable {
    static final String GATEWAY = "198.51.100.1";
    static final String GATEWAY_6 = "fd51::1";
    static final String GATEWAY_NAME = "vpn.example.test";
    static final String HOST = "10.20.0.2";
    static final String HOST_6 = "fd20::2";

    private static final int INSIDE_SHOWN = 3;
    private static final List<Lab> OPEN = new CopyOnWriteArrayList<>();

    private final String prefix = LabSweep.prefixOfThisRun();
    private final Path directory;
    private final Map<String, Namespace> namespaces = new LinkedHashMap<>();
    private final List<Running> processes = new CopyOnWriteArrayList<>();
    private final List<Logged> logged = new CopyOnWriteArrayList<>();
    private int logs;

    private Lab() throws IOException {
        directory = Files.createTempDirectory(prefix);
    }

    static Lab open() {
        LabSweep.sweepDeadRuns();
        try {
            Lab lab = new Lab();
            OPEN.add(lab);
            lab.build();
            return lab;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void build() {
        Namespace internet = create("net");
        internet.run("ip", "link", "add", "br0", "type", "bridge").orFail();
        internet.run("ip", "link", "set", "br0", "up").orFail();
        create("gw");
        create("host");
        plug(gateway(), "up-gw", GATEWAY, GATEWAY_6);
        Command.run(
                        "ip",
                        "link",
                        "add",
                        "lan0",
                        "netns",
                        gateway().name(),
                        "type",
                        "veth",
                        "peer",
                        "name",
                        "lan0",
                        "netns",
                        host().name())
                .orFail();
        address(gateway(), "lan0", "10.20.0.1/24", "fd20::1/64");
        address(host(), "lan0", HOST + "/24", HOST_6 + "/64");
        host().run("ip", "route", "add", "default", "via", "10.20.0.1").orFail();
        host().run("ip", "-6", "route", "add", "default", "via", "fd20::1").orFail();
    }

    Namespace gateway() {
        return namespace("gw");
    }

    Namespace host() {
        return namespace("host");
    }

    /** Client {@code n}, 1 to 100, made on first use. */
    Namespace client(int n) {
        String name = "cli" + n;
        if (!namespaces.containsKey(name)) {
            Namespace client = create(name);
            plug(client, "up-" + n, clientAddress(n), clientAddress6(n));
        }
        return namespace(name);
    }

    /**
     * A tap device on the bridge for a machine that takes the addresses of client {@code n} itself, in the namespace where
     * the machine has to run; no namespace is made for that client then.
     */
    Namespace tap(int n) {
        Namespace internet = namespace("net");
        if (!internet.run("ip", "link", "show", "dev", tapName(n)).ok()) {
            internet.run("ip", "tuntap", "add", "dev", tapName(n), "mode", "tap")
                    .orFail();
            internet.run("ip", "link", "set", tapName(n), "master", "br0", "up").orFail();
        }
        return internet;
    }

    static String tapName(int n) {
        return "tap-" + n;
    }

    /** A client behind client {@code n}, which routes for it, over a link of this MTU; both families. */
    Namespace behind(int n, int mtu) {
        Namespace router = client(n);
        Namespace far = create("far" + n);
        router.run(
                        "ip",
                        "link",
                        "add",
                        "far0",
                        "mtu",
                        "" + mtu,
                        "type",
                        "veth",
                        "peer",
                        "name",
                        "wan0",
                        "netns",
                        far.name())
                .orFail();
        far.run("ip", "link", "set", "wan0", "mtu", "" + mtu).orFail();
        address(router, "far0", "198.18." + n + ".1/24", "fd52:" + n + "::1/64");
        address(far, "wan0", "198.18." + n + ".2/24", "fd52:" + n + "::2/64");
        router.run("sysctl", "-w", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")
                .orFail();
        far.run("ip", "route", "add", "default", "via", "198.18." + n + ".1").orFail();
        far.run("ip", "-6", "route", "add", "default", "via", "fd52:" + n + "::1")
                .orFail();
        gateway()
                .run("ip", "route", "replace", "198.18." + n + ".0/24", "via", clientAddress(n))
                .orFail();
        gateway()
                .run("ip", "-6", "route", "replace", "fd52:" + n + "::/64", "via", clientAddress6(n))
                .orFail();
        return far;
    }

    static String clientAddress6(int n) {
        return "fd51::" + (10 + n);
    }

    static String clientAddress(int n) {
        return "198.51.100." + (10 + n);
    }

    /** Drops {@code percent} of what arrives at the gateway and at client {@code n}, on the outer link only. */
    void lose(int percent, int n) {
        String which = percent >= 100 ? "" : "numgen random mod 100 < " + percent;
        String rules = "table inet loss { chain arriving { type filter hook input priority -300; iifname \"wan0\" "
                + which + " drop; }; }";
        gateway().nft(rules);
        client(n).nft(rules);
    }

    void loseNothing(int n) {
        gateway().run("nft", "delete", "table", "inet", "loss").orFail();
        client(n).run("nft", "delete", "table", "inet", "loss").orFail();
    }

    Path directory() {
        return directory;
    }

    Path newDirectory(String name) {
        try {
            return Files.createTempDirectory(directory, name + "-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path write(String name, String text) {
        try {
            Path file = Files.createTempFile(directory, "", "-" + name);
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    synchronized Path newLog(String name) {
        return directory.resolve("%03d-%s.log".formatted(++logs, name));
    }

    void remember(Running process) {
        processes.add(process);
        logged.add(process);
    }

    /** Has its log shown when a test fails, until others have come; whatever it runs in ends it. */
    synchronized void remember(Logged inside) {
        logged.add(inside);
        List<Logged> allInside =
                logged.stream().filter(each -> !(each instanceof Running)).toList();
        if (allInside.size() > INSIDE_SHOWN) {
            logged.remove(allInside.getFirst());
        }
    }

    /** Ends what a test started, the youngest first, and forgets its logs; the namespaces stay. */
    void endProcesses() {
        List<Running> youngestFirst = new ArrayList<>(processes);
        Collections.reverse(youngestFirst);
        youngestFirst.forEach(Running::close);
        processes.clear();
        logged.clear();
    }

    /** The tails of the logs of every process in every open lab. */
    static String openLabsTails() {
        return OPEN.stream()
                .flatMap(lab -> lab.logged.stream())
                .map(Logged::tail)
                .collect(Collectors.joining());
    }

    @Override
    public void close() {
        OPEN.remove(this);
        endProcesses();
        List<Namespace> all = new ArrayList<>(namespaces.values());
        Collections.reverse(all);
        all.forEach(LabSweep::delete);
        LabSweep.deleteTree(directory);
    }

    private Namespace namespace(String name) {
        Namespace namespace = namespaces.get(name);
        if (namespace == null) {
            throw new IllegalArgumentException("no namespace " + name);
        }
        return namespace;
    }

    private Namespace create(String name) {
        Namespace namespace = new Namespace(prefix + name);
        LabSweep.delete(namespace);
        LabSweep.writeHosts(namespace, GATEWAY + " " + GATEWAY_NAME + "\n");
        Command.run("ip", "netns", "add", namespace.name()).orFail();
        namespaces.put(name, namespace);
        namespace.run("ip", "link", "set", "lo", "up").orFail();
        return namespace;
    }

    private void plug(Namespace namespace, String port, String four, String six) {
        Namespace internet = namespace("net");
        Command.run(
                        "ip",
                        "link",
                        "add",
                        "wan0",
                        "netns",
                        namespace.name(),
                        "type",
                        "veth",
                        "peer",
                        "name",
                        port,
                        "netns",
                        internet.name())
                .orFail();
        internet.run("ip", "link", "set", port, "master", "br0", "up").orFail();
        address(namespace, "wan0", four + "/24", six + "/64");
    }

    private static void address(Namespace namespace, String device, String four, String six) {
        namespace.run("ip", "addr", "add", four, "dev", device).orFail();
        namespace.run("ip", "-6", "addr", "add", six, "dev", device, "nodad").orFail();
        namespace.run("ip", "link", "set", device, "up").orFail();
    }
}
