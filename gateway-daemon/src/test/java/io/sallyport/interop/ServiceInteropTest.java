package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.daemon.service.ServiceManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The gateway as the systemd unit runs it: a user of its own, two capabilities, no new privileges, a service manager that listens. */
@Interop
class ServiceInteropTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String CAPABILITIES = "-all,+net_admin,+net_bind_service";

    /** CAP_NET_BIND_SERVICE is bit 10, CAP_NET_ADMIN bit 12. */
    private static final String BOTH = "0000000000001400";

    /** There on every Linux, and nobody. */
    private static final String USER = "daemon";

    private Lab lab;
    private Path runtime;
    private ServiceManager manager;

    @BeforeEach
    void open(Lab opened) throws IOException {
        lab = opened;
        // short: a Unix socket's path has 107 octets
        runtime = Files.createTempDirectory(Path.of("/tmp"), "sd-");
        manager = new ServiceManager(runtime.resolve("notify"));
        Command.run("chown", "-R", USER, runtime.toString()).orFail();
    }

    @AfterEach
    void close() throws IOException {
        manager.close();
        lab.endProcesses();
        Files.deleteIfExists(manager.socket());
        Files.deleteIfExists(runtime.resolve("tun"));
        Files.delete(runtime);
    }

    /** As the package lays it out: the operator's files are root's and the group's to read, the state is the gateway's own. */
    private Gateway prepared() {
        String java = JavaProgram.tool("java");
        assertThat(Command.run("setpriv", "--reuid=" + USER, "--clear-groups", "test", "-x", java)
                        .ok())
                .as("the user " + USER + " can run " + java + "; use a JDK outside of private directories")
                .isTrue();
        Gateway gateway = Gateway.init(lab);
        gateway.configuration()
                .set("/network/masquerade", true)
                .set("/metrics/prometheus", "127.0.0.1:9464")
                .save();
        String etc = gateway.directory().toString();
        Command.run("chmod", "0711", lab.directory().toString()).orFail();
        Command.run("bash", "-c", "chmod 0711 " + lab.directory() + "/*/").orFail();
        Command.run("chgrp", "-R", USER, etc).orFail();
        Command.run(
                        "bash",
                        "-c",
                        "chmod 0750 " + etc + " " + etc + "/pki && chmod 0640 " + etc + "/*.yaml " + etc
                                + "/pki/* && chmod 0600 " + etc + "/pki/ca.key")
                .orFail();
        Command.run("chown", "-R", USER + ":" + USER, etc + "/state").orFail();
        return gateway;
    }

    private List<String> likeTheUnit() {
        // udev opens the device's file to everybody; where nothing does, this mount namespace of the process has one of
        // its own
        String device = "mknod -m 0666 " + runtime + "/tun c 10 200 && mount --bind " + runtime
                + "/tun /dev/net/tun && exec \"$@\"";
        return List.of(
                "bash",
                "-c",
                device,
                "bash",
                "env",
                "NOTIFY_SOCKET=" + manager.socket(),
                "WATCHDOG_USEC=2000000",
                "setpriv",
                "--reuid=" + USER,
                "--regid=" + USER,
                "--clear-groups",
                "--bounding-set=" + CAPABILITIES,
                "--inh-caps=" + CAPABILITIES,
                "--ambient-caps=" + CAPABILITIES,
                "--no-new-privs");
    }

    private void awaitMessage(int after, String start) {
        Awaitility.await(start)
                .atMost(PATIENCE)
                .until(() -> manager.messages().stream().skip(after).anyMatch(message -> message.startsWith(start)));
    }

    private String get(String path) {
        return lab.gateway()
                .shell("exec 3<>/dev/tcp/127.0.0.1/9464; printf 'GET " + path
                        + " HTTP/1.0\\r\\n\\r\\n' >&3; timeout 20 cat <&3")
                .orFail()
                .out();
    }

    @Test
    void aStockClientConnectsToAGatewayWithTwoCapabilitiesAndNoRoot() throws IOException {
        Gateway gateway = prepared();
        gateway.issue("alice");
        ClientProfile profile = gateway.export("alice");
        HostState before = HostState.of(lab.gateway());

        Running running = gateway.run(likeTheUnit());
        awaitMessage(0, "READY=1\nSTATUS=ready");
        String process = Files.readString(Path.of("/proc", Long.toString(running.pid()), "status"));
        assertThat(process).containsPattern("CapEff:\\s+" + BOTH).containsPattern("CapBnd:\\s+" + BOTH);
        assertThat(process).containsPattern("NoNewPrivs:\\s+1").doesNotContainPattern("Uid:\\s+0");

        OpenVpnClient client = OpenVpnClient.connect(lab, lab.client(1), profile.overUdp());
        Ping.answers(client.namespace(), Lab.HOST);
        client.close();
        Ping.answers(
                OpenVpnClient.connect(lab, lab.client(1), profile.overTcp()).namespace(), Lab.HOST);
        assertThat(HostState.of(lab.gateway())).isNotEqualTo(before);
        awaitMessage(0, "WATCHDOG=1\nSTATUS=ready, ");
        assertThat(get("/health/live")).contains("200 OK");
        assertThat(get("/health/ready")).contains("200 OK", "\"status\":\"ready\"", "\"uptimeSeconds\":");
        assertThat(gateway.ask("status").orFail().out()).contains("state      ready");

        // what root does beside it, the gateway's user can read
        gateway.revoke(gateway.issue("mallory"));
        int mark = manager.messages().size();
        running.signal("HUP");
        awaitMessage(mark, "RELOADING=1\nMONOTONIC_USEC=");
        awaitMessage(mark, "READY=1");
        assertThat(running.log()).doesNotContain("cannot be read");

        running.signal("TERM");
        assertThat(running.awaitExit(Duration.ofSeconds(40))).isZero();
        awaitMessage(mark, "STOPPING=1");
        assertThat(HostState.of(lab.gateway())).isEqualTo(before);
    }

    @Test
    void aFullDiskLosesLinesOfTheLogAndNothingElse() throws IOException {
        Gateway gateway = Gateway.init(lab);
        Path disk = lab.newDirectory("disk");
        Command.run("mount", "-t", "tmpfs", "-o", "size=256k", "none", disk.toString())
                .orFail();
        try {
            Path log = disk.resolve("gateway.log");
            gateway.configuration().set("/log/file", log.toString()).save();
            gateway.issue("alice");
            Running running = gateway.run();
            Command.run("bash", "-c", "cat /dev/zero > " + disk + "/filler; true");

            OpenVpnClient client = OpenVpnClient.connect(
                    lab, lab.client(1), gateway.export("alice").overUdp());
            Ping.answers(client.namespace(), Lab.HOST);
            Files.delete(disk.resolve("filler"));
            Awaitility.await("lines again")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> {
                        running.signal("HUP");
                        return Command.text(log).contains("reloaded");
                    });
            running.signal("TERM");
            assertThat(running.awaitExit(Duration.ofSeconds(40))).isZero();
            assertThat(Command.text(log)).contains("session closed").contains("stopping");
        } finally {
            lab.endProcesses();
            Command.run("umount", disk.toString()).orFail();
        }
    }
}
