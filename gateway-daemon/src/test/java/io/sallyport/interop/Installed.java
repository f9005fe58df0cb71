package io.sallyport.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * An installed copy of this build: the launcher and a directory with the packaged jars beside it. It is what a user has,
 * anybody may read it wherever the source tree is, and it never builds, as the launcher in the source tree might in the
 * middle of a build.
 */
record Installed(Path launcher) {
    static Installed in(Path directory) {
        try {
            Path module = Path.of("").toAbsolutePath();
            Path target = module.resolve("target");
            Path lib = Files.createDirectory(directory.resolve("lib"));
            copy(target.resolve("lib"), lib);
            copy(target, lib);
            Path launcher = directory.resolve("sallyport");
            Files.copy(module.resolveSibling("sallyport"), launcher);
            Command.run("chmod", "-R", "a+rX", directory.toString()).orFail();
            return new Installed(launcher);
        } catch (IOException e) {
            throw new UncheckedIOException("no packaged build to test; run mvn verify", e);
        }
    }

    /** The command line, with a heap that holds the gateway to what it should need. */
    List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of("env", "JAVA_HOME=" + System.getProperty("java.home")));
        command.addAll(List.of("SALLYPORT_JAVA_OPTS=-Xmx512m", "sh", launcher.toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static void copy(Path from, Path lib) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path jar : files.filter(Installed::isProduct).toList()) {
                Files.copy(jar, lib.resolve(jar.getFileName()));
            }
        }
    }

    private static boolean isProduct(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".jar") && !name.endsWith("-tests.jar") && !name.endsWith("-sources.jar");
    }
}
