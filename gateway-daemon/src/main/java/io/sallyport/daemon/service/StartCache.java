package io.sallyport.daemon.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The JVM's ahead-of-time cache (JEP 483, 514): one demonstration run records which classes are loaded and linked. The JVM compares the cache with itself and the class path and
 * goes on without it where they differ.
 */
public final class StartCache {
    private static final long LIMIT_SECONDS = 180;

    private StartCache() {}

    /** Replaces the file whole, and only when the run succeeded. */
    public static void make(Path file) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory(parent(file), ".sallyport-cache-");
        Path draft = directory.resolve("cache");
        try {
            int status = run(draft, directory.resolve("output"));
            if (status != 0 || !Files.exists(draft)) {
                throw new IOException("the recording ended with status " + status);
            }
            Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rw-r--r--"));
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            try (var left = Files.list(directory)) {
                for (Path path : left.toList()) {
                    Files.deleteIfExists(path);
                }
            }
            Files.delete(directory);
        }
    }

    private static int run(Path draft, Path output) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:AOTCacheOutput=" + draft);
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(List.of("-Dio.netty.leakDetection.level=disabled", "-cp"));
        command.addAll(List.of(System.getProperty("java.class.path"), "io.sallyport.daemon.Main", "demo"));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("the recording took more than " + LIMIT_SECONDS + " s");
        }
        return process.exitValue();
    }

    private static Path parent(Path file) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null || !Files.isDirectory(parent) || !Files.isWritable(parent)) {
            throw new IOException("its directory cannot be written");
        }
        return parent;
    }
}
