package io.sallyport.daemon.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.core.rolling.RolloverFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogArchivesTest {
    private static final FileAttribute<?> MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    @TempDir
    Path directory;

    private final AtomicLong clock = new AtomicLong(1);
    private Path file;
    private LogArchives archives;

    @BeforeEach
    void name() {
        use(directory);
    }

    private void use(Path where) {
        file = where.resolve("gate%i.log");
        archives = new LogArchives(file, 2, MODE, clock::get);
    }

    private static String unzipped(Path archive) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(archive))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Path archive(int number) {
        return file.resolveSibling("gate%i.log." + number + ".gz");
    }

    private void roll(String text) throws IOException {
        Files.writeString(file, text);
        archives.rollover();
        assertThat(file).doesNotExist();
    }

    @Test
    void theYoungestIsTheFirstAndTheOldestGoes() throws Exception {
        for (String text : new String[] {"one", "two", "three"}) {
            roll(text);
        }
        assertThat(unzipped(archive(1))).isEqualTo("three");
        assertThat(unzipped(archive(2))).isEqualTo("two");
        assertThat(directory).isDirectoryNotContaining("glob:**.3.gz").isDirectoryNotContaining("glob:**.new");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(archive(1))))
                .isEqualTo("rw-------");
    }

    @Test
    void failureLosesNothingAndIsTriedAgainLater() throws Exception {
        roll("one");
        roll("two");
        Path obstacle = Files.createDirectories(directory.resolve("gate%i.log.gz.new/full"));
        Files.writeString(file, "three");
        assertThatThrownBy(archives::rollover).isInstanceOf(RolloverFailure.class);
        assertThat(file).hasContent("three");
        assertThat(unzipped(archive(1))).isEqualTo("two");
        assertThat(unzipped(archive(2))).isEqualTo("one");
        assertThat(archives.isTime()).isFalse();
        clock.addAndGet(LogArchives.RETRY_NANOS);
        assertThat(archives.isTime()).isTrue();
        Files.delete(obstacle);
        archives.rollover();
        assertThat(archives.isTime()).isTrue();
        assertThat(unzipped(archive(1))).isEqualTo("three");
    }

    /** The archive begins to be written, and there is not room for all of it. */
    @Test
    void fullDiskLosesNothing() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root, to mount a small disk");
        Path disk = Files.createDirectory(directory.resolve("disk"));
        run("mount", "-t", "tmpfs", "-o", "size=128k", "none", disk.toString());
        try {
            use(disk);
            byte[] incompressible = new byte[96 << 10];
            new Random(1).nextBytes(incompressible);
            Files.write(file, incompressible);
            assertThatThrownBy(archives::rollover)
                    .isInstanceOf(RolloverFailure.class)
                    .hasMessageContaining("No space left");
            assertThat(Files.readAllBytes(file)).isEqualTo(incompressible);
            assertThat(disk).isDirectoryNotContaining("glob:**.gz*");
        } finally {
            run("umount", disk.toString());
        }
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }
}
