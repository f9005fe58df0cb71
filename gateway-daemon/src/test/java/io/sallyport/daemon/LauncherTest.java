package io.sallyport.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** When the launcher of a source tree builds: in a tree of empty files, with a Maven that only says that it was called. */
@Timeout(60)
class LauncherTest {
    private static final List<String> MODULES = List.of(
            "gateway-core", "protocol-sstp", "protocol-ikev2", "protocol-openvpn", "auth-radius", "gateway-daemon");

    @TempDir
    Path tree;

    private Path source;

    @BeforeEach
    void whereEverythingIsBuilt() throws IOException {
        Files.copy(Path.of("").toAbsolutePath().resolveSibling("sallyport"), tree.resolve("sallyport"));
        Files.createFile(tree.resolve("pom.xml"));
        for (String module : MODULES) {
            Files.createDirectories(tree.resolve(module).resolve("src/main"));
            Files.createFile(tree.resolve(module).resolve("pom.xml"));
            Path target = Files.createDirectories(tree.resolve(module).resolve("target/lib"));
            Path jar = Files.createFile(target.resolveSibling(module + "-1.jar"));
            Files.setLastModifiedTime(jar, after(1));
        }
        source = Files.createFile(tree.resolve("gateway-core/src/main/Source.java"));
        Path maven = Files.writeString(tree.resolve("mvn"), "#!/bin/sh\n: >\"$PWD/called\"\n");
        Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static FileTime after(int minutes) {
        return FileTime.from(Instant.now().plusSeconds(60L * minutes));
    }

    private boolean builds() throws Exception {
        ProcessBuilder launcher =
                new ProcessBuilder("sh", tree.resolve("sallyport").toString(), "--version").redirectErrorStream(true);
        launcher.environment().put("JAVA_HOME", System.getProperty("java.home"));
        launcher.environment().merge("PATH", tree.toString(), (path, own) -> own + ":" + path);
        Process process =
                launcher.redirectOutput(tree.resolve("output").toFile()).start();
        assertThat(process.waitFor(50, TimeUnit.SECONDS)).isTrue();
        return Files.deleteIfExists(tree.resolve("called"));
    }

    @Test
    void whereSourcesAreNewerAndNotElse() throws Exception {
        assertThat(builds()).isFalse();
        Files.setLastModifiedTime(source, after(2));
        assertThat(builds()).isTrue();
    }

    @Test
    void whereAnotherBuildHasNotComeToItsEnd() throws Exception {
        Files.createFile(Files.createDirectory(tree.resolve("target")).resolve(".sallyport.started"));
        assertThat(builds()).isTrue();
        assertThat(builds()).as("after that").isFalse();
    }
}
