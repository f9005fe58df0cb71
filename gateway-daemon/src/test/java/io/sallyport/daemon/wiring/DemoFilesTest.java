package io.sallyport.daemon.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.daemon.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class DemoFilesTest {
    @TempDir
    Path directory;

    /** There are a certificate authority's key and a password among them. */
    @Test
    void ofAKeptDemoAreThereForItsClientsAndGoneWhenItIsEnded() throws Exception {
        Process demo = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + directory,
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Main.class.getName(),
                        "demo",
                        "--keep")
                .redirectErrorStream(true)
                .start();
        try (BufferedReader said = demo.inputReader()) {
            List<String> told = new ArrayList<>();
            assertThat(said.lines().peek(told::add).anyMatch(line -> line.contains("sessions list -c")))
                    .isTrue();
            assertThat(told).anyMatch(line -> line.startsWith("  openvpn --config " + directory));
            assertThat(told).anyMatch(line -> line.startsWith("  sstpc --ca-cert " + directory) && filesAreThere(line));
            assertThat(files()).hasSize(1);
            demo.destroy();
            assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            demo.destroyForcibly();
        }
        assertThat(files()).isEmpty();
    }

    private boolean filesAreThere(String command) {
        return Stream.of(command.split("[ )]"))
                .filter(word -> word.startsWith(directory.toString()))
                .map(Path::of)
                .allMatch(Files::isReadable);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(path -> path.getFileName().toString().startsWith("sallyport-demo"))
                    .toList();
        }
    }
}
