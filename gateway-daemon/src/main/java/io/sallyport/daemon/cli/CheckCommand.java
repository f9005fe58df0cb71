package io.sallyport.daemon.cli;

import io.sallyport.daemon.config.ConfigReader;
import io.sallyport.daemon.config.ConfigReader.Reading;
import io.sallyport.daemon.config.Finding;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "check",
        description =
                "Checks the configuration and the files it names; prints every mistake with its place and remedy.",
        footer = {"", "Exit status: 0 when 'run' would start with it (warnings allowed), 2 when there are mistakes."})
final class CheckCommand implements Callable<Integer> {
    @Mixin
    ConfigOption config;

    @Mixin
    JsonOption json;

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws CommandFailure {
        Reading reading = ConfigReader.check(config.path());
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        if (json.json) {
            JsonOption.print(
                    out,
                    Map.of(
                            "ok", reading.mistakes().isEmpty(),
                            "findings",
                                    reading.findings().stream()
                                            .map(CheckCommand::json)
                                            .toList()));
        } else {
            reading.findings().forEach(err::println);
            if (reading.mistakes().isEmpty()) {
                out.println(config.path() + ": ok" + count(reading.warnings()));
            }
        }
        return reading.mistakes().isEmpty() ? 0 : CommandFailure.WRONG;
    }

    private static String count(List<Finding> warnings) {
        return switch (warnings.size()) {
            case 0 -> "";
            case 1 -> ", 1 warning";
            default -> ", " + warnings.size() + " warnings";
        };
    }

    private static Map<String, Object> json(Finding finding) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("severity", finding.severity().name().toLowerCase(Locale.ROOT));
        fields.put("file", finding.file().toString());
        fields.put("line", finding.position().line());
        fields.put("column", finding.position().column());
        fields.put("text", finding.text());
        return fields;
    }
}
