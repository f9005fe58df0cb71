package io.sallyport.core.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.address.IpPrefix;
import io.sallyport.core.support.Needs;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real effects, in a network namespace of its own; needs root, ip and nft. */
@Timeout(60)
class HostNetworkNamespaceTest {
    private static final String SPACE = "sphost-" + ProcessHandle.current().pid();
    private static final List<String> INSIDE = List.of("ip", "netns", "exec", SPACE);

    @TempDir
    private Path state;

    private final Host host = new NamespaceHost();

    /** Kernel settings of a namespace are seen by processes in it alone. */
    private static final class NamespaceHost implements Host {
        private final LocalHost inside = new LocalHost(INSIDE, Duration.ofSeconds(10));

        @Override
        public void run(String input, List<String> command) throws HostException {
            inside.run(input, command);
        }

        @Override
        public String read(String setting) throws HostException {
            return output("cat", "/proc/sys/" + setting);
        }

        @Override
        public void write(String setting, String value) throws HostException {
            inside.run(value, List.of("tee", "/proc/sys/" + setting));
        }

        @Override
        public @Nullable InetAddress sourceTowards(InetAddress target) {
            String answer = output("ip", "route", "get", target.getHostAddress());
            Matcher source = Pattern.compile(" src (\\S+)").matcher(answer);
            return source.find() ? InetAddress.ofLiteral(source.group(1)) : null;
        }
    }

    private static String output(String... command) {
        List<String> line = new ArrayList<>(INSIDE);
        line.addAll(List.of(command));
        try {
            Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            return text;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void makeNamespace() throws Exception {
        Needs.that("root".equals(System.getProperty("user.name")), "root");
        Needs.that(Files.exists(Path.of("/usr/sbin/nft")), "the package nftables");
        LocalHost outside = new LocalHost();
        outside.run("", List.of("ip", "netns", "add", SPACE));
        host.run("", List.of("ip", "tuntap", "add", "dev", "sally0", "mode", "tun"));
        host.run("", List.of("ip", "link", "set", "dev", "lo", "up"));
        host.write("net/ipv4/ip_forward", "0");
        host.write("net/ipv6/conf/all/forwarding", "0");
    }

    @AfterEach
    void removeNamespace() throws Exception {
        if (Files.exists(Path.of("/run/netns/" + SPACE))) {
            new LocalHost().run("", List.of("ip", "netns", "del", SPACE));
        }
    }

    private HostSettings settings() {
        return new HostSettings(
                "sally0",
                1380,
                List.of(IpPrefix.parse("172.16.201.0/24"), IpPrefix.parse("fd00:1::/64")),
                true,
                true,
                state);
    }

    private void assertUp() throws HostException {
        assertThat(output("ip", "address", "show", "dev", "sally0"))
                .contains("mtu 1380", "172.16.201.1/32", "fd00:1::1/128", "UP");
        assertThat(output("ip", "-4", "route")).contains("172.16.201.0/24 dev sally0");
        assertThat(output("ip", "-6", "route")).contains("fd00:1::/64 dev sally0");
        assertThat(output("ip", "route", "get", "172.16.201.7")).contains("src 172.16.201.1");
        assertThat(host.read("net/ipv4/ip_forward")).isEqualTo("1");
        assertThat(host.read("net/ipv6/conf/all/forwarding")).isEqualTo("1");
        assertThat(output("nft", "list", "table", "inet", "sallyport_sally0"))
                .contains("ip saddr 172.16.201.0/24 oifname != \"sally0\" masquerade")
                .contains("ip6 saddr fd00:1::/64 oifname != \"sally0\" masquerade")
                .containsOnlyOnce("chain postrouting");
    }

    private void assertDown() throws HostException {
        assertThat(output("ip", "address", "show", "dev", "sally0")).doesNotContain("172.16.201.1", "fd00:1::1");
        assertThat(output("ip", "-4", "route")).doesNotContain("sally0");
        assertThat(host.read("net/ipv4/ip_forward")).isEqualTo("0");
        assertThat(host.read("net/ipv6/conf/all/forwarding")).isEqualTo("0");
        assertThat(output("nft", "list", "tables")).doesNotContain("sallyport");
        assertThat(state.resolve(HostRecord.FILE)).doesNotExist();
    }

    @Test
    void setsTheHostUpAndTakesItDownAgain() throws Exception {
        HostNetwork network = HostNetwork.setUp(host, settings());
        assertUp();
        network.route(IpPrefix.parse("10.99.0.0/16"));
        assertThat(output("ip", "-4", "route")).contains("10.99.0.0/16 dev sally0");
        network.unroute(IpPrefix.parse("10.99.0.0/16"));
        network.close();
        assertDown();
        network.close();
        assertDown();
    }

    @Test
    void aRestartAfterACrashPutsTheOriginalBack() throws Exception {
        HostNetwork.setUp(host, settings());
        // killed with -9: nothing is closed, and the device is gone
        host.run("", List.of("ip", "link", "del", "dev", "sally0"));
        host.run("", List.of("ip", "tuntap", "add", "dev", "sally0", "mode", "tun"));
        assertThat(output("nft", "list", "tables")).contains("sallyport_sally0");
        HostNetwork second = HostNetwork.setUp(host, settings());
        assertUp();
        second.close();
        assertDown();
    }

    /** The kernel brings back neither routes nor IPv6 addresses when a device that was set down is set up. */
    @Test
    void setsUpAgainADeviceThatSomebodySetDown() throws Exception {
        try (HostNetwork network = HostNetwork.setUp(host, settings())) {
            host.run("", List.of("ip", "link", "set", "dev", "sally0", "down"));
            network.tend();
            assertUp();
            host.run("", List.of("ip", "link", "set", "dev", "sally0", "down"));
            host.run("", List.of("ip", "link", "set", "dev", "sally0", "up"));
            assertThat(output("ip", "-4", "route")).doesNotContain("sally0");
            network.tend();
            assertUp();
        }
        assertDown();
    }

    @Test
    void takesDownWhenTheDeviceIsGone() throws Exception {
        HostNetwork network = HostNetwork.setUp(host, settings());
        host.run("", List.of("ip", "link", "del", "dev", "sally0"));
        network.close();
        assertThat(host.read("net/ipv4/ip_forward")).isEqualTo("0");
        assertThat(output("nft", "list", "tables")).doesNotContain("sallyport");
    }
}
