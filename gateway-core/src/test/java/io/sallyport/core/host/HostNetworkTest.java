package io.sallyport.core.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.core.address.IpPrefix;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostNetworkTest {
    private static final IpPrefix POOL = IpPrefix.parse("172.16.201.0/24");
    private static final IpPrefix POOL6 = IpPrefix.parse("fd00:1::/64");

    @TempDir
    private Path state;

    private final RecordingHost host = new RecordingHost();

    private HostSettings settings(boolean forward, boolean masquerade, IpPrefix... pools) {
        return new HostSettings("sally0", 1400, List.of(pools), forward, masquerade, state);
    }

    @Test
    void setsUpDeviceAddressesAndRoutes() throws Exception {
        HostNetwork network = HostNetwork.setUp(host, settings(false, false, POOL, POOL6));
        assertThat(host.done)
                .containsExactly(
                        "net/ipv6/conf/sally0/disable_ipv6 = 0",
                        "ip link set dev sally0 mtu 1400 up",
                        "ip -4 address replace 172.16.201.1/32 dev sally0",
                        "ip -4 route replace 172.16.201.0/24 dev sally0",
                        "ip -6 address replace fd00:1:0:0:0:0:0:1/128 dev sally0 nodad",
                        "ip -6 route replace fd00:1:0:0:0:0:0:0/64 dev sally0");
        host.done.clear();
        network.close();
        assertThat(host.done)
                .containsExactly(
                        "ip -4 route del 172.16.201.0/24 dev sally0",
                        "ip -4 address del 172.16.201.1/32 dev sally0",
                        "ip -6 route del fd00:1:0:0:0:0:0:0/64 dev sally0",
                        "ip -6 address del fd00:1:0:0:0:0:0:1/128 dev sally0");
    }

    @Test
    void forwardsOnlyTheFamilyThatHasAPoolAndPutsItBack() throws Exception {
        HostNetwork network = HostNetwork.setUp(host, settings(true, false, POOL));
        assertThat(host.settings).containsEntry("net/ipv4/ip_forward", "1");
        assertThat(host.settings).containsEntry("net/ipv6/conf/all/forwarding", "0");
        network.close();
        assertThat(host.settings).containsEntry("net/ipv4/ip_forward", "0");
        assertThat(state.resolve(HostRecord.FILE)).doesNotExist();
    }

    @Test
    void leavesForwardingOnThatWasOn() throws Exception {
        host.settings.put("net/ipv4/ip_forward", "1");
        HostNetwork.setUp(host, settings(true, false, POOL)).close();
        assertThat(host.done).doesNotContain("net/ipv4/ip_forward = 1", "net/ipv4/ip_forward = 0");
    }

    @Test
    void recordsBeforeItChanges() throws Exception {
        HostNetwork.setUp(host, settings(true, true, POOL));
        assertThat(Files.readAllLines(state.resolve(HostRecord.FILE)))
                .containsExactly("boot=boot-1", "net/ipv4/ip_forward=0", "table=sallyport_sally0");
    }

    /** A directory in the way of the draft refuses it, as a full disk does. */
    @Test
    void aDiskThatRefusesTheRecordStopsNoStartAndIsTriedAgain() throws Exception {
        Path obstacle = Files.createDirectory(state.resolve(HostRecord.FILE + ".new"));
        HostNetwork network = HostNetwork.setUp(host, settings(true, true, POOL));
        assertThat(host.settings).containsEntry("net/ipv4/ip_forward", "1");
        network.tend();
        assertThat(state.resolve(HostRecord.FILE)).doesNotExist();
        Files.delete(obstacle);
        network.tend();
        assertThat(Files.readAllLines(state.resolve(HostRecord.FILE)))
                .containsExactly("boot=boot-1", "net/ipv4/ip_forward=0", "table=sallyport_sally0");
    }

    @Test
    void putsBackAlsoWhatItCouldNeverRecord() throws Exception {
        Files.createDirectory(state.resolve(HostRecord.FILE + ".new"));
        HostNetwork.setUp(host, settings(true, false, POOL)).close();
        assertThat(host.settings).containsEntry("net/ipv4/ip_forward", "0");
    }

    @Test
    void writesTheRecordAgainThatVanished() throws Exception {
        HostNetwork network = HostNetwork.setUp(host, settings(true, false, POOL));
        Files.delete(state.resolve(HostRecord.FILE));
        network.tend();
        assertThat(Files.readAllLines(state.resolve(HostRecord.FILE))).contains("net/ipv4/ip_forward=0");
    }

    @Test
    void setsUpAgainWhatSomebodyTookFromTheDevice() throws Exception {
        HostNetwork network = HostNetwork.setUp(host, settings(false, false, POOL, POOL6));
        host.sources.put(InetAddress.ofLiteral("172.16.201.2"), InetAddress.ofLiteral("172.16.201.1"));
        host.sources.put(InetAddress.ofLiteral("fd00:1::2"), InetAddress.ofLiteral("fd00:1::1"));
        List<String> up = List.copyOf(host.done);
        network.tend();
        assertThat(host.done).as("as long as all is there").isEqualTo(up);

        host.sources.put(InetAddress.ofLiteral("172.16.201.2"), InetAddress.ofLiteral("192.0.2.7"));
        host.done.clear();
        network.tend();
        assertThat(host.done).as("by the default route").isEqualTo(up);
        network.tend();
        assertThat(host.done).as("where that does not help, once").isEqualTo(up);

        host.sources.put(InetAddress.ofLiteral("172.16.201.2"), InetAddress.ofLiteral("172.16.201.1"));
        host.sources.remove(InetAddress.ofLiteral("fd00:1::2"));
        host.done.clear();
        host.failsOn = "ip link";
        network.tend();
        host.failsOn = "nothing";
        network.tend();
        assertThat(host.done).as("tried until it succeeds").containsAll(up);
    }

    @Test
    void putsBackAfterACrash() throws Exception {
        HostNetwork.setUp(host, settings(true, true, POOL)); // and killed
        HostNetwork second = HostNetwork.setUp(host, settings(true, true, POOL));
        assertThat(host.settings).containsEntry("net/ipv4/ip_forward", "1");
        second.close();
        assertThat(host.settings).containsEntry("net/ipv4/ip_forward", "0");
    }

    @Test
    void removesTheTableOfACrashedRunThatHadAnotherDevice() throws Exception {
        HostNetwork.setUp(host, settings(false, true, POOL)); // and killed
        host.done.clear();
        HostNetwork.setUp(host, new HostSettings("other0", 1400, List.of(POOL), false, false, state));
        assertThat(host.done.getFirst())
                .isEqualTo("nft -f - < table inet sallyport_sally0\ndelete table inet sallyport_sally0\n");
        assertThat(state.resolve(HostRecord.FILE)).doesNotExist();
    }

    @Test
    void ignoresLinesThatItDidNotWrite() throws Exception {
        Files.writeString(
                state.resolve(HostRecord.FILE),
                "boot=boot-1\nno line\n=\nnet/../../etc/passwd=x\ntable=a; flush ruleset\nnet/ipv4/ip_forward=0\n");
        host.settings.put("net/ipv4/ip_forward", "1");
        HostNetwork.setUp(host, settings(false, false, POOL)).close();
        assertThat(host.done).filteredOn(line -> !line.startsWith("ip ")).containsExactly("net/ipv4/ip_forward = 0");
    }

    @Test
    void putsNothingBackAfterAReboot() throws Exception {
        HostNetwork.setUp(host, settings(true, true, POOL)); // and the host went down
        host.settings.put("kernel/random/boot_id", "boot-2");
        host.settings.put("net/ipv4/ip_forward", "1"); // by the administrator, at boot
        HostNetwork.setUp(host, settings(true, false, POOL)).close();
        assertThat(host.settings).containsEntry("net/ipv4/ip_forward", "1");
    }

    @Test
    void masqueradesThePoolsWhereTheyLeaveByAnotherDevice() throws Exception {
        HostNetwork.setUp(host, settings(false, true, POOL, POOL6, IpPrefix.parse("10.8.0.0/16")));
        assertThat(host.done.getLast()).isEqualTo("""
                        nft -f - < table inet sallyport_sally0
                        delete table inet sallyport_sally0
                        table inet sallyport_sally0 {
                          chain postrouting {
                            type nat hook postrouting priority srcnat; policy accept;
                            ip saddr { 172.16.201.0/24, 10.8.0.0/16 } oifname != "sally0" masquerade
                            ip6 saddr { fd00:1:0:0:0:0:0:0/64 } oifname != "sally0" masquerade
                          }
                        }
                        """);
    }

    @Test
    void takesDownWhatWasSetUpWhenALaterStepFails() {
        host.failsOn = "masquerade";
        assertThatThrownBy(() -> HostNetwork.setUp(host, settings(true, true, POOL)))
                .hasMessage("failed as told");
        assertThat(host.settings).containsEntry("net/ipv4/ip_forward", "0");
        assertThat(host.done)
                .contains("ip -4 address del 172.16.201.1/32 dev sally0")
                .last()
                .isEqualTo("nft -f - < table inet sallyport_sally0\ndelete table inet sallyport_sally0\n");
    }

    @Test
    void keepsOnRecordWhatCouldNotBePutBack() throws Exception {
        HostNetwork network = HostNetwork.setUp(host, settings(false, true, POOL));
        host.failsOn = "delete table";
        network.close();
        assertThat(state.resolve(HostRecord.FILE)).exists();
        host.failsOn = "nothing";
        network.close();
        assertThat(state.resolve(HostRecord.FILE)).doesNotExist();
        network.close();
    }

    @Test
    void theGatewayHasTheFirstHostAddress() {
        assertThat(HostNetwork.gatewayAddress(POOL)).isEqualTo(InetAddress.ofLiteral("172.16.201.1"));
        assertThat(HostNetwork.gatewayAddress(POOL6)).isEqualTo(InetAddress.ofLiteral("fd00:1::1"));
        assertThat(HostNetwork.gatewayAddress(IpPrefix.parse("10.0.0.4/32")))
                .isEqualTo(InetAddress.ofLiteral("10.0.0.4"));
    }

    @Test
    void refusesNamesThatAreNoDevices() {
        for (String name : List.of("", "-x", "a b", "a\"; flush ruleset", "sixteen-letters-", "a/b", "..")) {
            assertThatThrownBy(() -> new HostSettings(name, 1400, List.of(POOL), true, true, state))
                    .as(name)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
