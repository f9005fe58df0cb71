package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What happens to a gateway that nobody meant to do to it: killed at any moment, no room on its disk, its device deleted. */
@Interop
class FaultsInteropTest {
    private static final Duration AT_ONCE = Duration.ofSeconds(15);
    private static final Duration BACK = Duration.ofMinutes(2);
    private static final int CLIENTS = 3;

    private static Lab lab;
    private static Gateway gateway;
    private static final List<ClientProfile> profiles = new ArrayList<>();

    @BeforeAll
    static void open(Lab opened) {
        lab = opened;
        gateway = Gateway.init(lab);
        gateway.configuration()
                .set("/network/masquerade", true)
                .set("/protocols/openvpn/ping", "1s")
                .set("/protocols/openvpn/ping-restart", "4s")
                .save();
        for (int i = 1; i <= CLIENTS; i++) {
            gateway.issue("user" + i);
            profiles.add(gateway.export("user" + i));
        }
    }

    /** The moments fall before, within and after the clients' handshakes; they come back by themselves each time. */
    @Test
    void killsAtAnyMomentLoseAndDoubleNoAddress() throws InterruptedException {
        HostState untouched = HostState.of(lab.gateway());
        Random moments = new Random(3);
        Running running = gateway.run();
        List<OpenVpnClient> clients = new ArrayList<>();
        for (int i = 1; i <= CLIENTS; i++) {
            ClientProfile profile = profiles.get(i - 1);
            clients.add(OpenVpnClient.connect(lab, lab.client(i), i % 2 == 0 ? profile.overTcp() : profile.overUdp()));
        }
        List<String> addresses = clients.stream().map(OpenVpnClient::address).toList();
        assertThat(new HashSet<>(addresses)).hasSize(CLIENTS);
        for (int round = 0; round < InteropMode.pick(2, 10); round++) {
            // Not a wait for anything: the moment is to be any.
            Thread.sleep(moments.nextInt(2500));
            running.kill();
            running = gateway.run();
        }
        for (int i = 1; i <= CLIENTS; i++) {
            OpenVpnClient client = clients.get(i - 1);
            Ping.awaitAnswer(client.namespace(), Lab.HOST, BACK);
            assertThat(client.address()).isEqualTo(addresses.get(i - 1));
            assertThat(gateway.sessions().of("user" + i).toList())
                    .extracting(Sessions.Entry::privateAddress)
                    .contains(addresses.get(i - 1));
        }
        assertThat(gateway.sessions().entries())
                .extracting(Sessions.Entry::privateAddress)
                .doesNotHaveDuplicates();
        running.signal("TERM");
        assertThat(running.awaitExit(Duration.ofSeconds(40))).isZero();
        assertThat(HostState.of(lab.gateway())).isEqualTo(untouched);
    }

    @Test
    void deletedDeviceEndsTheGatewayWithStatusOneAndClientsAreTold() {
        Running running = gateway.run();
        OpenVpnClient client =
                OpenVpnClient.connect(lab, lab.client(1), profiles.getFirst().overUdp());
        int mark = client.mark();
        lab.gateway().run("ip", "link", "del", "sally0").orFail();
        assertThat(running.awaitExit(AT_ONCE)).isEqualTo(1);
        assertThat(running.log()).contains("is gone. The gateway stops.");
        client.awaitSince(mark, "Connection reset command was pushed by server", AT_ONCE);

        gateway.run();
        client.awaitSince(mark, OpenVpnClient.UP, BACK);
        Ping.awaitAnswer(client.namespace(), Lab.HOST, AT_ONCE);
    }

    /** The kernel drops the pools' routes when a device is set down, and does not bring them back. */
    @Test
    void deviceThatSomebodySetDownIsSetUpAgain() {
        Running running = gateway.run();
        HostState whole = HostState.of(lab.gateway());
        OpenVpnClient client =
                OpenVpnClient.connect(lab, lab.client(1), profiles.getFirst().overUdp());
        Ping.answers(client.namespace(), Lab.HOST);
        int mark = running.mark();
        lab.gateway().run("ip", "link", "set", "sally0", "down").orFail();
        running.awaitSince(mark, "sally0 was down.*172.16.201.0/24.*it is set up again", AT_ONCE);
        Ping.awaitAnswer(client.namespace(), Lab.HOST, AT_ONCE);
        assertThat(HostState.of(lab.gateway())).isEqualTo(whole);

        lab.gateway().run("ip", "link", "set", "sally0", "down").orFail();
        lab.gateway().run("ip", "link", "set", "sally0", "up").orFail();
        Ping.awaitAnswer(client.namespace(), Lab.HOST, AT_ONCE);
        assertThat(HostState.of(lab.gateway())).isEqualTo(whole);
    }

    /** Also a certificate that is revoked while nobody can tell the gateway loses its session at once. */
    @Test
    void vanishedStateDirectoryIsMadeAgainAndTheGatewayAnswersThere() {
        Credentials leaver = gateway.issue("leaver");
        ClientProfile profile = gateway.export("leaver");
        Running running = gateway.run();
        OpenVpnClient.connect(lab, lab.client(1), profile.overUdp());
        int mark = running.mark();
        Command.run("rm", "-r", gateway.directory().resolve("state").toString()).orFail();
        gateway.revoke(leaver);
        running.awaitSince(mark, "admin socket .* had been removed; it is there again", AT_ONCE);
        running.awaitSince(mark, "1 sessions end because their certificate", AT_ONCE);
        assertThat(gateway.ask("status").status()).isZero();
        running.awaitSince(mark, "leases.journal is written again", Duration.ofMinutes(1));
        running.kill();
        gateway.run();
    }

    @Test
    void fullDiskCostsOneLineAndNobodyASession() throws IOException {
        Path state = gateway.directory().resolve("small");
        Files.createDirectory(state);
        Command.run("mount", "-t", "tmpfs", "-o", "size=256k,mode=0700", "none", state.toString())
                .orFail();
        try {
            fillLastPage(state.resolve("leases.journal"));
            gateway.configuration().set("/gateway/state", "small").save();
            Running running = gateway.run();
            Command.run("dd", "if=/dev/zero", "of=" + state.resolve("filler"), "bs=512");
            OpenVpnClient first =
                    OpenVpnClient.connect(lab, lab.client(1), profiles.get(0).overUdp());
            running.awaitLog("leases.journal cannot be written.*No space left", AT_ONCE);
            OpenVpnClient third =
                    OpenVpnClient.connect(lab, lab.client(3), profiles.get(2).overUdp());
            Ping.answers(first.namespace(), Lab.HOST);
            Ping.answers(third.namespace(), Lab.HOST);
            assertThat(metrics()).contains("sallyport_state_writable 0.0");
            assertThat(Pattern.compile("cannot be written")
                            .matcher(running.log())
                            .results()
                            .count())
                    .isEqualTo(1);
            running.kill();
            int full = third.mark();
            running = gateway.run();
            third.awaitSince(full, OpenVpnClient.UP, BACK);
            assertThat(metrics()).contains("sallyport_state_writable 0.0");

            Files.delete(state.resolve("filler"));
            running.awaitLog("leases.journal is written again", Duration.ofMinutes(1));
            assertThat(metrics()).contains("sallyport_state_writable 1.0");
            running.kill();
            int mark = third.mark();
            gateway.run();
            third.awaitSince(mark, OpenVpnClient.UP, BACK);
            assertThat(gateway.sessions().only("user3").privateAddress()).isEqualTo(third.address());
        } finally {
            lab.endProcesses();
            gateway.configuration().set("/gateway/state", "state").save();
            Command.run("umount", "-l", state.toString()).orFail();
        }
    }

    /**
     * Earlier leases that fill the file's last page but for a few octets, so that the next line needs a page more: a file on tmpfs grows by pages of 4096. Lines are as the gateway writes
     * them itself at its start.
     */
    private static void fillLastPage(Path journal) throws IOException {
        String heading = "sallyport-leases-1\n";
        String line = lines("172.16.201.200", "");
        String name = "x".repeat(4096 - 10 - heading.length() - line.length());
        Files.writeString(journal, heading + lines("172.16.201.200", name));
        assertThat(Files.size(journal)).isEqualTo(4096 - 10);
    }

    private static String lines(String address, String user) {
        return checked("+ 0 " + address + " " + user) + checked("- " + address);
    }

    private static String checked(String body) {
        CRC32 crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.US_ASCII));
        return "%08x %s\n".formatted(crc.getValue(), body);
    }

    private static String metrics() {
        return lab.gateway()
                .shell("exec 3<>/dev/tcp/127.0.0.1/9464 && printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3")
                .out();
    }
}
