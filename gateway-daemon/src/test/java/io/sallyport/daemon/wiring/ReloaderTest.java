package io.sallyport.daemon.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.daemon.admin.AdminOperations.Reloaded;
import io.sallyport.daemon.log.Logging;
import io.sallyport.daemon.pki.TlsCryptKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A gateway that runs, over a network in memory, reads its configuration again. */
@Timeout(120)
class ReloaderTest {
    private DemoGateway gateway;
    private Path file;
    private String text;

    @BeforeEach
    void start() throws Exception {
        gateway = DemoGateway.start();
        file = gateway.configFile();
        text = Files.readString(file);
    }

    @AfterEach
    void stop() {
        gateway.close();
        Logging.quiet();
    }

    @Test
    void nothingIsTakenWhenTheLogCannotBe() throws Exception {
        Files.writeString(file, text + "drain: 77s\nlog: { file: /proc/nowhere/sallyport.log }\n");
        Reloaded refused = gateway.daemon().reload();
        assertThat(refused.taken()).isFalse();
        assertThat(refused.mistakes()).singleElement().asString().contains("/proc/nowhere/sallyport.log");
        Files.writeString(file, text + "drain: 77s\n");
        assertThat(gateway.daemon().reload().changes()).as("not before").containsExactly("drain");
        assertThat(gateway.daemon().reload().changes()).isEmpty();
    }

    @Test
    void nothingIsTakenThatDoesNotFitWhatStays() throws Exception {
        Files.writeString(
                file,
                text.replace("172.16.201.0/24", "172.16.202.0/24").replace("10.20.0.0/16", "172.16.201.0/24")
                        + "drain: 77s\n");
        Reloaded refused = gateway.daemon().reload();
        assertThat(refused.taken()).isFalse();
        assertThat(refused.mistakes()).singleElement().asString().contains("route 172.16.201.0/24 overlaps pool");
        Files.writeString(file, text);
        assertThat(gateway.daemon().reload().changes()).as("nothing was taken").isEmpty();
    }

    @Test
    void anotherKeyInTheSameFileIsSaidToNeedARestart() throws Exception {
        assertThat(gateway.daemon().reload().warnings()).isEmpty();
        Files.writeString(file.resolveSibling("pki/tls-crypt.key"), TlsCryptKey.generate(new SecureRandom()));
        Reloaded reloaded = gateway.daemon().reload();
        assertThat(reloaded.taken()).isTrue();
        assertThat(reloaded.warnings())
                .singleElement()
                .asString()
                .contains("holds another key than at the start, which needs a restart");
    }

    /** The service manager is told of each, one after the other, whether or not anything is taken. */
    @Test
    void reloadsFromAllSidesAreToldOneByOne() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        gateway.daemon().whenReloading(() -> told.add("begins"), () -> told.add("ends"));
        Files.writeString(file, text + "drian: 1s\n");
        Callable<Reloaded> reload = gateway.daemon()::reload;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Reloaded> each : threads.invokeAll(List.of(reload, reload, reload, reload))) {
                assertThat(each.get().taken()).isFalse();
            }
        }
        List<String> inTurn = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            inTurn.addAll(List.of("begins", "ends"));
        }
        assertThat(told).isEqualTo(inTurn);
    }

    /** What can be taken is, and what cannot is named: a withdrawal is not undone by another file. */
    @Test
    void refreshTakesEachFileByItself() throws Exception {
        Files.writeString(file.resolveSibling("pki/ca.crt"), "");
        Files.writeString(file.resolveSibling("state/revoked.txt"), "AB:CD alice left\n");
        Files.writeString(file.resolveSibling("users.yaml"), "users: {}\n");
        Reloaded refreshed = gateway.daemon().refresh();
        assertThat(refreshed.taken()).isFalse();
        assertThat(refreshed.changes()).containsExactly("users (0 added, 1 removed, 0 changed)");
        assertThat(refreshed.mistakes()).singleElement().asString().contains("revoked.txt:1: ");
        Files.writeString(file.resolveSibling("state/revoked.txt"), "aabbccddeeff00112233445566778899aabbccdd\n");
        assertThat(gateway.daemon().refresh())
                .isEqualTo(new Reloaded(true, List.of(), List.of(), List.of("revoked certificates"), 0));
    }

    @Test
    void gatewayThatStopsReloadsNoMore() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        gateway.daemon().whenReloading(() -> told.add("begins"), () -> told.add("ends"));
        gateway.daemon().drain(millis -> true);
        assertThat(gateway.daemon().reload().mistakes()).containsExactly("the gateway is stopping");
        assertThat(told).isEmpty();
    }
}
