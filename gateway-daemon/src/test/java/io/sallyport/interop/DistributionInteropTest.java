package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator installs: the archive, the package and the unit. */
@Interop
class DistributionInteropTest {
    private static final Path MODULE = Path.of("").toAbsolutePath();
    private static final Duration PATIENCE = Duration.ofMinutes(8);

    @TempDir
    Path directory;

    private static Path built(String ending) throws IOException {
        try (Stream<Path> files = Files.list(MODULE.resolve("target"))) {
            List<Path> found =
                    files.filter(path -> path.toString().endsWith(ending)).toList();
            assertThat(found).as("what is packaged as *" + ending).hasSize(1);
            return found.getFirst();
        }
    }

    @Test
    void theArchiveRunsWithoutMavenAndHoldsWhatItNeedsAlone() throws IOException {
        Command.run("tar", "xzf", built(".tar.gz").toString(), "-C", directory.toString(), "--strip-components=1")
                .orFail();
        try (Stream<Path> jars = Files.list(directory.resolve("lib"))) {
            assertThat(jars.map(jar -> jar.getFileName().toString()))
                    .allMatch(name -> name.endsWith(".jar"))
                    .noneMatch(name -> name.matches(".*(tests|junit|assertj|archunit|netty-codec-http|error_prone).*"))
                    .anyMatch(name -> name.startsWith("gateway-daemon-"));
        }
        assertThat(directory)
                .isDirectoryRecursivelyContaining(
                        "glob:**/{LICENSE,README.md,sallyport.service,gateway.yaml,operations.md}");
        String java = "JAVA_HOME=" + System.getProperty("java.home");
        String launcher = directory.resolve("bin/sallyport").toString();
        assertThat(Command.run("env", java, launcher, "--version").orFail().out())
                .startsWith("sallyport ");
        // the start-up cache: made, used without a word, and harmless when it is none
        Command.run(PATIENCE, null, List.of("env", java, launcher, "prepare")).orFail();
        assertThat(directory.resolve("lib/start.aot")).isRegularFile();
        Command.Outcome cached = Command.run(PATIENCE, null, List.of("env", java, launcher, "demo"));
        assertThat(cached.orFail().out()).contains("openvpn");
        assertThat(cached.out() + cached.err()).doesNotContain("[warning]", "[error]");
        Files.writeString(directory.resolve("lib/start.aot"), "this is no cache");
        Command.Outcome broken = Command.run(PATIENCE, null, List.of("env", java, launcher, "demo"));
        assertThat(broken.orFail().out() + broken.err()).contains("openvpn").doesNotContain("[warning]", "[error]");
    }

    @Test
    void theUnitIsOneThatSystemdTakesAndHasLittleToExpose() throws IOException {
        Path unit = directory.resolve("sallyport.service");
        // verify wants the program to be there, which is the package's business
        Files.writeString(
                unit,
                Files.readString(MODULE.resolve("src/dist/systemd/sallyport.service"))
                        .replace("/usr/bin/sallyport", "/bin/true"));
        Command.Outcome verified = Command.run("systemd-analyze", "verify", "--man=no", unit.toString());
        assertThat(verified.orFail().out() + verified.err()).doesNotContain("sallyport.service");
        // --threshold is the exposure times ten
        Command.run("systemd-analyze", "security", "--no-pager", "--offline=true", "--threshold=25", unit.toString())
                .orFail();
    }

    /** systemd itself, with the unit's sandbox, notifications and watchdog in force. */
    @Test
    @FullRun
    void theServiceLivesUnderARealSystemd() throws IOException {
        Command.Outcome outcome = Command.run(
                PATIENCE,
                null,
                List.of(
                        "unshare",
                        "--mount",
                        "bash",
                        MODULE.resolve("src/test/sh/service.sh").toString(),
                        built(".deb").toString(),
                        System.getProperty("java.home"),
                        directory.toString()));
        assertThat(outcome.orFail().out()).endsWith("service: all is well\n");
    }

    @Test
    void thePackageIsInstalledUpgradedRemovedAndPurged() throws IOException {
        Command.Outcome outcome = Command.run(
                PATIENCE,
                null,
                List.of(
                        "unshare",
                        "--mount",
                        "--uts",
                        "--ipc",
                        "bash",
                        MODULE.resolve("src/test/sh/package.sh").toString(),
                        built(".deb").toString(),
                        System.getProperty("java.home")));
        assertThat(outcome.orFail().out()).endsWith("package: all is well\n");
    }
}
