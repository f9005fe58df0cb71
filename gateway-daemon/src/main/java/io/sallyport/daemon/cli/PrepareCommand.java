package io.sallyport.daemon.cli;

import io.sallyport.daemon.service.StartCache;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "prepare",
        description = "Makes the start of 'run' faster on this host: records what the JVM loads and links, in a cache.",
        footer = {
            "",
            "Takes some seconds. The cache is for this JDK and these jars; with others the JVM ignores it: prepare again."
        })
final class PrepareCommand implements Callable<Integer> {
    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "The cache; by default where the installed launcher looks for it.")
    @Nullable
    Path out;

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws CommandFailure, InterruptedException {
        String place = System.getProperty("sallyport.cache", "");
        if (out == null && place.isEmpty()) {
            throw CommandFailure.wrong("Only an installed copy has a place for the cache; name one with --out.");
        }
        Path file = out == null ? Path.of(place) : out;
        try {
            StartCache.make(file);
        } catch (IOException e) {
            throw CommandFailure.failed(
                    "The cache " + file + " was not made (" + e.getMessage() + "); starts take longer without it.");
        }
        spec.commandLine().getOut().println("Made " + file + ".");
        return 0;
    }
}
