package io.sallyport.daemon.cli;

import io.sallyport.daemon.config.ConfigReader;
import io.sallyport.daemon.config.ConfigReader.Reading;
import io.sallyport.daemon.config.Finding;
import io.sallyport.daemon.config.GatewayConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code -c}: which configuration file a command is about. */
final class ConfigOption {
    private static final List<Path> DEFAULTS = List.of(Path.of("gateway.yaml"), Path.of("/etc/sallyport/gateway.yaml"));

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The configuration; by default ./gateway.yaml, then /etc/sallyport/gateway.yaml.")
    @Nullable
    Path file;

    Path path() throws CommandFailure {
        if (file != null) {
            if (!Files.exists(file)) {
                throw CommandFailure.wrong(file + " does not exist; make a configuration with 'sallyport init'.");
            }
            return file;
        }
        return DEFAULTS.stream()
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(
                        () -> CommandFailure.wrong("There is neither ./gateway.yaml nor /etc/sallyport/gateway.yaml;"
                                + " name the configuration with -c, or make one with 'sallyport init'."));
    }

    /** What the file says, for commands that need a path or an address from it, whatever state the host is in. */
    GatewayConfig config() throws CommandFailure {
        Path path = path();
        return required(path, ConfigReader.read(path));
    }

    /** Where the running gateway is asked: also when the file has mistakes elsewhere, the gateway that is to say so is found. */
    Path state() throws CommandFailure {
        Path path = path();
        return ConfigReader.state(path);
    }

    static GatewayConfig required(Path path, Reading reading) throws CommandFailure {
        GatewayConfig config = reading.config();
        if (config != null) {
            return config;
        }
        List<Finding> mistakes = reading.mistakes();
        if (mistakes.size() == 1) {
            throw CommandFailure.wrong(mistakes.getFirst() + ".");
        }
        throw CommandFailure.wrong(path + " has " + mistakes.size() + " mistakes, the first: " + mistakes.getFirst()
                + "; see them all with 'sallyport check'.");
    }
}
