package io.sallyport.daemon.cli;

import io.sallyport.core.octets.Secret;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A password from a prompt or from standard input, never from the arguments, where every user of the host could see it. */
final class PasswordOption {
    private static final int MAX_OCTETS = 1024;

    @Option(
            names = "--password-stdin",
            description = "Read the password from standard input, up to the end of its first line.")
    boolean fromStdin;

    /** UTF-8; the caller closes it. */
    Secret read(String prompt) throws CommandFailure {
        return fromStdin ? firstLine(System.in) : ask(prompt);
    }

    @SuppressWarnings("SystemConsoleNull") // NullAway still believes that there may be none
    private static Secret ask(String prompt) throws CommandFailure {
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            throw CommandFailure.wrong(
                    "There is no terminal to ask for the password; pipe it in with --password-stdin.");
        }
        char[] first = console.readPassword("%s: ", prompt);
        char[] second = console.readPassword("Again: ");
        try {
            if (first == null || second == null || !Arrays.equals(first, second)) {
                throw CommandFailure.failed("The two passwords differ; nothing was changed, try again.");
            }
            return Secret.ofChars(first);
        } finally {
            wipe(first);
            wipe(second);
        }
    }

    static Secret firstLine(InputStream in) throws CommandFailure {
        byte[] line = new byte[MAX_OCTETS];
        int length = 0;
        try {
            for (int octet = in.read(); octet >= 0 && octet != '\n'; octet = in.read()) {
                if (length == MAX_OCTETS) {
                    throw CommandFailure.wrong(
                            "The password on standard input is longer than " + MAX_OCTETS + " octets.");
                }
                line[length++] = (byte) octet;
            }
            if (length > 0 && line[length - 1] == '\r') {
                length--;
            }
            if (length == 0) {
                throw CommandFailure.wrong("There is no password on standard input; pipe one in.");
            }
            return Secret.taking(Arrays.copyOf(line, length));
        } catch (IOException e) {
            throw CommandFailure.failed("The password cannot be read from standard input.");
        } finally {
            Arrays.fill(line, (byte) 0);
        }
    }

    private static void wipe(char @Nullable [] characters) {
        if (characters != null) {
            Arrays.fill(characters, '\0');
        }
    }
}
