package io.sallyport.daemon.cli;

import io.sallyport.daemon.log.Logging;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: what there is, how errors are said, and the exit status: 0 done, 1 failed, 2 wrong usage or configuration. */
@Command(
        name = "sallyport",
        description = "A VPN gateway for the clients that people already have.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        scope = CommandLine.ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            InitCommand.class,
            CheckCommand.class,
            UserCommand.class,
            CertCommand.class,
            ProfileCommand.class,
            RunCommand.class,
            ReloadCommand.class,
            StatusCommand.class,
            SessionsCommand.class,
            DemoCommand.class,
            LoadCommand.class,
            BundleCommand.class,
            PrepareCommand.class,
        },
        footer = {"", "Begin with: sallyport init DIR --name vpn.example.test"})
public final class Sallyport implements Runnable {
    @Spec
    CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command; 'sallyport --help' lists them.");
    }

    /** Runs one command line; both writers are flushed at the end. */
    public static int execute(PrintWriter out, PrintWriter err, String... arguments) {
        Logging.quiet();
        CommandLine line = new CommandLine(new Sallyport())
                .setOut(out)
                .setErr(err)
                .setUsageHelpAutoWidth(true)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Sallyport::wrongUsage)
                .setExecutionExceptionHandler(Sallyport::failed);
        int status = line.execute(arguments);
        out.flush();
        err.flush();
        return status;
    }

    private static int wrongUsage(ParameterException e, String[] arguments) {
        CommandLine line = e.getCommandLine();
        String message = String.valueOf(e.getMessage());
        if (e instanceof UnmatchedArgumentException unmatched
                && !unmatched.getSuggestions().isEmpty()) {
            message = "There is no command '" + unmatched.getUnmatched().getFirst() + "'; did you mean '"
                    + unmatched.getSuggestions().getFirst() + "'?";
        }
        String hint = message.contains("--help")
                ? ""
                : " See '" + line.getCommandSpec().qualifiedName() + " --help'.";
        line.getErr()
                .println("sallyport: " + message + (message.endsWith(".") || message.endsWith("?") ? "" : ".") + hint);
        return CommandFailure.WRONG;
    }

    private static int failed(Exception e, CommandLine line, CommandLine.ParseResult parsed) {
        if (e instanceof CommandFailure failure) {
            line.getErr().println("sallyport: " + failure.getMessage());
            return failure.status();
        }
        line.getErr().println("sallyport: an unexpected error; please report it with what follows.");
        e.printStackTrace(line.getErr());
        return CommandFailure.FAILED;
    }
}
