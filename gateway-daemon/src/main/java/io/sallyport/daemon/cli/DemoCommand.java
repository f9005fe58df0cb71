package io.sallyport.daemon.cli;

import io.sallyport.daemon.wiring.Demo;
import io.sallyport.daemon.wiring.StartException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        description =
                "Shows the main job on loopback, without root: a gateway, a client of each protocol, traffic both ways, one table.")
final class DemoCommand implements Callable<Integer> {
    @Option(names = "--keep", description = "Leave the gateway running, and print how to connect.")
    boolean keep;

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws CommandFailure {
        try {
            return Demo.run(spec.commandLine().getOut(), keep);
        } catch (StartException e) {
            throw CommandFailure.failed(String.valueOf(e.getMessage()));
        }
    }
}
