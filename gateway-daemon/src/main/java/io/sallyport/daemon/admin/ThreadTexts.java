package io.sallyport.daemon.admin;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** The platform threads of this process and where they are: classes, methods and lines, never a value. */
final class ThreadTexts {
    private ThreadTexts() {}

    static List<String> now() {
        List<String> texts = new ArrayList<>();
        Thread.getAllStackTraces().entrySet().stream()
                .sorted(Comparator.comparing(entry -> entry.getKey().getName()))
                .forEach(entry -> texts.add(text(entry)));
        return texts;
    }

    private static String text(Map.Entry<Thread, StackTraceElement[]> entry) {
        StringBuilder text = new StringBuilder(entry.getKey().getName())
                .append(", ")
                .append(entry.getKey().getState())
                .append('\n');
        for (StackTraceElement frame : entry.getValue()) {
            text.append("    at ").append(frame).append('\n');
        }
        return text.toString();
    }
}
