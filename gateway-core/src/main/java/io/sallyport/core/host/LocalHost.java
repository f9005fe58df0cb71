package io.sallyport.core.host;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** This host. */
public final class LocalHost implements Host {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final Path SETTINGS = Path.of("/proc/sys");
    /** Where ip and nft are, also for a user whose PATH lacks them. */
    private static final List<Path> SYSTEM = List.of(Path.of("/usr/sbin"), Path.of("/sbin"));

    private static final String PRIVILEGE =
            "run as root or with CAP_NET_ADMIN as an ambient capability (systemd: AmbientCapabilities=CAP_NET_ADMIN)";

    /** Discard; nothing is ever sent. */
    private static final int ANY_PORT = 9;

    private final List<String> prefix;
    private final Duration deadline;

    public LocalHost() {
        this(List.of(), DEADLINE);
    }

    /** @param prefix what every command is run by, as {@code ip netns exec NAME} */
    LocalHost(List<String> prefix, Duration deadline) {
        this.prefix = List.copyOf(prefix);
        this.deadline = deadline;
    }

    @Override
    public void run(String input, List<String> command) throws HostException {
        List<String> line = new ArrayList<>(prefix);
        line.addAll(command);
        String shown = String.join(" ", command);
        line.set(0, located(line.getFirst()));
        Process process = start(line, command.getFirst());
        try {
            try (var stdin = process.outputWriter(StandardCharsets.UTF_8)) {
                stdin.write(input);
            } catch (IOException e) {
                // it ended without reading: its status says why
            }
            if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new HostException("'" + shown + "' did not end within " + deadline.toSeconds()
                        + " s; run it by hand to see what it waits for");
            }
            if (process.exitValue() != 0) {
                throw failed(shown, new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new HostException("'" + shown + "' was interrupted; start again", e);
        } catch (IOException e) {
            throw new HostException("'" + shown + "' failed without saying why; run it by hand to see", e);
        }
    }

    private static Process start(List<String> line, String program) throws HostException {
        ProcessBuilder builder = new ProcessBuilder(line).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("LC_ALL", "C");
        try {
            return builder.start();
        } catch (IOException e) {
            throw new HostException(
                    "the program '" + program + "' is missing; install the package " + packageOf(program), e);
        }
    }

    private static String located(String program) {
        for (Path directory : SYSTEM) {
            Path file = directory.resolve(program);
            if (Files.isExecutable(file)) {
                return file.toString();
            }
        }
        return program;
    }

    private static String packageOf(String program) {
        return switch (program) {
            case "ip" -> "iproute2";
            case "nft" -> "nftables";
            default -> "that has it";
        };
    }

    private static HostException failed(String shown, String errors) {
        String first = errors.lines()
                .filter(line -> !line.isBlank())
                .findFirst()
                .orElse("no message")
                .strip();
        boolean privilege = errors.contains("Operation not permitted") || errors.contains("Permission denied");
        String remedy = privilege ? PRIVILEGE : remedy(errors);
        return new HostException("'" + shown + "' failed (" + first + "); " + remedy);
    }

    private static String remedy(String errors) {
        String lower = errors.toLowerCase(Locale.ROOT);
        if (lower.contains("cannot find device")) {
            return "the TUN device is gone; see whether another program removed it";
        }
        if (lower.contains("not supported") || lower.contains("could not process rule")) {
            return "the kernel lacks what this needs; load its module or turn the setting off";
        }
        return "run it by hand to see more";
    }

    @Override
    public String read(String setting) throws HostException {
        try {
            return Files.readString(SETTINGS.resolve(setting)).strip();
        } catch (IOException e) {
            throw new HostException(
                    "the kernel setting " + setting + " cannot be read (" + e
                            + "); see whether /proc is mounted and the kernel has it",
                    e);
        }
    }

    @Override
    public void write(String setting, String value) throws HostException {
        try {
            Files.writeString(SETTINGS.resolve(setting), value + "\n");
        } catch (AccessDeniedException e) {
            throw new HostException("the kernel setting " + setting + " may not be changed; " + PRIVILEGE, e);
        } catch (IOException e) {
            throw new HostException(
                    "the kernel setting " + setting + " cannot be changed (" + e.getMessage() + "); set it to " + value
                            + " from outside and turn ip-forward off, if /proc/sys is read-only here",
                    e);
        }
    }

    @Override
    public @Nullable InetAddress sourceTowards(InetAddress target) {
        StandardProtocolFamily family =
                target instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
        // connecting a datagram socket is a look at the routes, and costs no process
        try (DatagramChannel channel = DatagramChannel.open(family)) {
            channel.connect(new InetSocketAddress(target, ANY_PORT));
            return channel.getLocalAddress() instanceof InetSocketAddress local ? local.getAddress() : null;
        } catch (IOException | UnsupportedOperationException e) {
            // the latter for IPv6 in a JVM that was told to do without
            return null;
        }
    }
}
