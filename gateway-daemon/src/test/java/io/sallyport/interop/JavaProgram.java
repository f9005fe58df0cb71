package io.sallyport.interop;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Command lines for programs of this build: the class path is the test's own, for the gateway without the tests. */
final class JavaProgram {
    /** The class of the gateway's {@code main}. */
    static final String GATEWAY = System.getProperty("sallyport.main", "io.sallyport.daemon.Main");

    private static final List<String> GATEWAY_OPTIONS =
            List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-Xmx512m");

    static List<String> command(List<String> options, String mainClass, String... arguments) {
        return command(classPath(), options, mainClass, arguments);
    }

    static List<String> gateway(String... arguments) {
        String classPath = Arrays.stream(classPath().split(":", -1))
                .filter(entry -> !entry.endsWith("test-classes") && !entry.endsWith("-tests.jar"))
                .collect(Collectors.joining(":"));
        return command(classPath, GATEWAY_OPTIONS, GATEWAY, arguments);
    }

    /** A tool of the JDK that runs this. */
    static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    private static List<String> command(String classPath, List<String> options, String mainClass, String... arguments) {
        List<String> command = new ArrayList<>(List.of(tool("java"), "-cp", classPath));
        command.addAll(options);
        command.add(mainClass);
        command.addAll(List.of(arguments));
        return command;
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private JavaProgram() {}
}
