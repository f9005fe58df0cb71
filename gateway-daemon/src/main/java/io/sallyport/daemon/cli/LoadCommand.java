package io.sallyport.daemon.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

@Command(name = "load", description = "The load harness of the benchmarks (to come).")
final class LoadCommand implements Callable<Integer> {
    @Unmatched
    List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() throws CommandFailure {
        throw CommandFailure.failed("The load harness comes with the benchmarks, which this build does not have yet.");
    }
}
