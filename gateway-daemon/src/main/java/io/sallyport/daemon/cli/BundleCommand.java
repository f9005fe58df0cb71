package io.sallyport.daemon.cli;

import io.sallyport.daemon.bundle.Bundle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "bundle",
        description = "Makes a diagnostic archive without secrets, to send to whoever helps.",
        footer = {
            "",
            "In it: versions, the host's addresses and routes, the configuration without its secrets, how the running gateway",
            "is, who is connected, its metrics and threads, and the end of the log. Look at it before you send it."
        })
final class BundleCommand implements Callable<Integer> {
    @Mixin
    ConfigOption config;

    @Option(names = "--out", required = true, paramLabel = "F.tar.gz", description = "The archive, mode 0600.")
    Path out;

    @Option(
            names = "--log-lines",
            paramLabel = "N",
            defaultValue = "1000",
            description = "How many of the log file's last lines (default: ${DEFAULT-VALUE}).")
    int logLines;

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws CommandFailure {
        if (logLines < 0 || logLines > 100_000) {
            throw CommandFailure.wrong("--log-lines takes a number from 0 to 100000.");
        }
        try {
            new Bundle(config.path(), Version.text(), logLines).writeTo(out);
        } catch (IOException e) {
            throw CommandFailure.failed(
                    out + " cannot be written; name a file in a directory that this user may write.");
        }
        spec.commandLine()
                .getOut()
                .println("Made " + out + ". It names users, addresses and files; it holds no secret.");
        return 0;
    }
}
