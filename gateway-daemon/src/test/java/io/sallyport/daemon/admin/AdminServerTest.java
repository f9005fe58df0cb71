package io.sallyport.daemon.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@Timeout(60)
class AdminServerTest {
    // A socket's path has at most about 100 characters: not under the build directory.
    @TempDir(factory = ShortTempDir.class)
    Path state;

    private static final AdminOperations OPERATIONS = new Fixed();

    private static class Fixed implements AdminOperations {
        @Override
        public Status status() {
            return new Status(
                    "vpn.example.test",
                    "1",
                    "ready",
                    true,
                    Instant.EPOCH,
                    Duration.ofSeconds(7),
                    Map.of("openvpn-udp", 1),
                    List.of("udp 1194"));
        }

        @Override
        public String metrics() {
            return "sallyport_p2s_connections 1";
        }

        @Override
        public List<String> threads() {
            return ThreadTexts.now();
        }

        @Override
        public List<SessionInfo> sessions() {
            return List.of(info());
        }

        @Override
        public @Nullable SessionInfo session(String id) {
            return id.equals("s1") ? info() : null;
        }

        @Override
        public int disconnect(String id) {
            return id.equals("s1") ? 1 : 0;
        }

        @Override
        public int disconnectUser(String user) {
            if (user.equals("broken")) {
                throw new IllegalStateException("for this test");
            }
            return user.equals("alice") ? 2 : 0;
        }

        @Override
        public Reloaded reload() {
            return new Reloaded(false, List.of("gateway.yaml:1:1: for this test"), List.of(), List.of(), 0);
        }

        @Override
        public Reloaded refresh() {
            return new Reloaded(true, List.of(), List.of(), List.of("users"), 3);
        }

        private static SessionInfo info() {
            return new SessionInfo(
                    "s1",
                    "al\nice",
                    "openvpn-udp",
                    "AES-256-GCM",
                    "up",
                    Instant.EPOCH,
                    Duration.ofSeconds(7),
                    "192.0.2.1:5000",
                    "172.16.201.2",
                    "",
                    1,
                    2,
                    3,
                    4);
        }
    }

    @Test
    void answersWhatIsAsked() throws Exception {
        try (StateDirectory held = StateDirectory.hold(state);
                AdminServer server = AdminServer.start(held, OPERATIONS)) {
            AdminClient client = new AdminClient(state);
            assertThat(client.status().path("sessions").asInt()).isEqualTo(1);
            assertThat(client.status().path("uptimeSeconds").asInt())
                    .as("by the steady clock")
                    .isEqualTo(7);
            assertThat(client.sessions().get(0).path("vpnUserName").asString()).isEqualTo("al\nice");
            assertThat(client.session("s1").get(0).path("vpnConnectionDuration").asInt())
                    .isEqualTo(7);
            assertThat(client.session("s2").isEmpty()).isTrue();
            assertThat(client.disconnect("s1")).isEqualTo(1);
            assertThat(client.disconnectUser("alice")).isEqualTo(2);
            assertThat(client.reload().path("taken").asBoolean()).isFalse();
            assertThat(client.reload().path("mistakes").get(0).asString()).contains("for this test");
            assertThat(client.refresh().path("sessionsEnded").asInt()).isEqualTo(3);
            assertThat(client.isAnswered()).isTrue();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state.resolve("admin.sock"))))
                    .isEqualTo("rw-------");
            assertThatThrownBy(() -> client.disconnectUser("broken")).hasMessageContaining("see the gateway's log");
            assertThat(server).isNotNull();
        }
        assertThat(state.resolve("admin.sock")).doesNotExist();
        assertThatThrownBy(() -> new AdminClient(state).status()).hasMessageContaining("No gateway answers");
        assertThat(new AdminClient(state).isAnswered()).isFalse();
    }

    @Test
    void secondGatewayOnTheSameDirectoryIsRefused() throws Exception {
        try (StateDirectory first = StateDirectory.hold(state)) {
            assertThatThrownBy(() -> StateDirectory.hold(first.path()))
                    .isInstanceOf(AdminException.class)
                    .hasMessageContaining("already running");
        }
        StateDirectory.hold(state).close();
    }

    @Test
    void socketThatACrashLeftIsReplaced() throws Exception {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(state.resolve("admin.sock")));
        }
        try (StateDirectory held = StateDirectory.hold(state);
                AdminServer server = AdminServer.start(held, OPERATIONS)) {
            assertThat(server).isNotNull();
            assertThat(new AdminClient(state).status().path("name").asString()).isEqualTo("vpn.example.test");
        }
    }

    @Test
    void directoryThatVanishedIsMadeAndHeldAgainAndAnswersThere() throws Exception {
        try (StateDirectory held = StateDirectory.hold(state);
                AdminServer server = AdminServer.start(held, OPERATIONS)) {
            Object before = Files.readAttributes(state.resolve("lock"), BasicFileAttributes.class)
                    .fileKey();
            held.tend();
            assertThat(server.tend()).isFalse();
            assertThat(Files.readAttributes(state.resolve("lock"), BasicFileAttributes.class)
                            .fileKey())
                    .as("nothing to do")
                    .isEqualTo(before);
            Files.delete(state.resolve("lock"));
            Files.delete(state.resolve("admin.sock"));
            Files.delete(state);
            assertThat(server.tend()).isFalse();
            assertThat(state).as("without the lock nothing is bound").doesNotExist();
            held.tend();
            assertThat(server.tend()).isTrue();
            assertThat(new AdminClient(state).status().path("name").asString()).isEqualTo("vpn.example.test");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state)))
                    .isEqualTo("rwx------");
            assertThatThrownBy(() -> StateDirectory.hold(state)).hasMessageContaining("already running");
        }
        assertThat(state.resolve("admin.sock")).doesNotExist();
    }

    /** In the moment that the directory was gone. */
    @Test
    void directoryThatAnotherGatewayHoldsByNowIsLeftToIt() throws Exception {
        try (StateDirectory held = StateDirectory.hold(state)) {
            AdminServer server = AdminServer.start(held, OPERATIONS);
            Files.delete(state.resolve("lock"));
            Files.delete(state.resolve("admin.sock"));
            try (StateDirectory theirs = StateDirectory.hold(state);
                    AdminServer other = AdminServer.start(theirs, OPERATIONS)) {
                held.tend();
                assertThat(server.tend()).isFalse();
                server.close();
                assertThat(other).isNotNull();
                assertThat(new AdminClient(state).isAnswered()).isTrue();
            }
        }
    }

    @Test
    void slowAndOversizeRequestsAreCutOffAndOthersServed() throws Exception {
        try (StateDirectory held = StateDirectory.hold(state);
                AdminServer server = AdminServer.start(held, OPERATIONS, Duration.ofSeconds(2));
                SocketChannel silent = connect();
                SocketChannel endless = connect()) {
            endless.write(ByteBuffer.allocate(Lines.MAX_REQUEST));
            assertThat(server).isNotNull();
            assertThat(closed(silent)).isTrue();
            assertThat(closed(endless)).isTrue();
            assertThat(new AdminClient(state).status().path("sessions").asInt()).isEqualTo(1);
        }
    }

    @Test
    void whatTakesLongerThanTheDeadlineIsAnsweredAllTheSame() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AdminOperations slow = new Fixed() {
            @Override
            public Reloaded reload() {
                begun.countDown();
                awaitUnchecked(goOn);
                return super.reload();
            }
        };
        try (StateDirectory held = StateDirectory.hold(state);
                AdminServer server = AdminServer.start(held, slow, Duration.ofMillis(200));
                SocketChannel asking = connect()) {
            assertThat(server).isNotNull();
            Lines.write(asking, Map.of("operation", "reload"));
            begun.await();
            try (SocketChannel later = connect()) {
                assertThat(closed(later))
                        .as("at the deadline of who came later")
                        .isTrue();
            }
            goOn.countDown();
            assertThat(Lines.read(asking, Lines.MAX_ANSWER).path("ok").asBoolean())
                    .isTrue();
        }
    }

    @Test
    void aGatewayThatEndsWhileItIsAskedIsNotSaidToBeAbsent() throws Exception {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(state.resolve("admin.sock")));
            FutureTask<JsonNode> request = new FutureTask<>(() -> {
                try (SocketChannel channel = server.accept()) {
                    return Lines.read(channel, Lines.MAX_REQUEST);
                }
            });
            Thread.ofVirtual().start(request);
            assertThatThrownBy(() -> new AdminClient(state).reload())
                    .hasMessageContaining("was asked and did not answer")
                    .hasMessageContaining("its log");
            assertThat(request.get().path("operation").asString()).isEqualTo("reload");
        }
    }

    private static void awaitUnchecked(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(state.resolve("admin.sock")));
    }

    private static boolean closed(SocketChannel channel) {
        try {
            return channel.read(ByteBuffer.allocate(1)) < 0;
        } catch (IOException e) {
            return true;
        }
    }
}
