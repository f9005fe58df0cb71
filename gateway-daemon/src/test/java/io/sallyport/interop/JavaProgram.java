package io.sallyport.interop;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines for programs among these tests, which have to run in a namespace. */
final class JavaProgram {
    static List<String> command(List<String> options, String mainClass, String... arguments) {
        List<String> command = new ArrayList<>(List.of(tool("java"), "-cp", classPath()));
        command.addAll(options);
        command.add(mainClass);
        command.addAll(List.of(arguments));
        return command;
    }

    /** A tool of the JDK that runs this. */
    static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private JavaProgram() {}
}
