package io.sallyport.daemon.config;

import io.sallyport.core.address.IpPrefix;
import io.sallyport.core.auth.Thumbprint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How the scalars of the file are written; each says what would be right when one is not. */
final class Values {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})\\s*(KB|MB|GB)");
    private static final Pattern HOST_NAME =
            Pattern.compile("(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62})*\\.?");
    private static final Pattern DOTTED = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern DEVICE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}");

    private Values() {}

    static boolean bool(String text) throws BadValue {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new BadValue("'" + text + "' is neither true nor false");
        };
    }

    static Duration duration(String text) throws BadValue {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            String remedy =
                    text.matches("\\d{1,9}") ? "add a unit, such as " + text + "s" : "write it as 30s, 5m or 1h";
            throw new BadValue("'" + text + "' is not a duration; " + remedy);
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    static Section.Parser<Duration> duration(Duration least, Duration most) {
        return text -> {
            Duration value = duration(text);
            if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
                throw new BadValue("'" + text + "' is not within " + brief(least) + " to " + brief(most));
            }
            return value;
        };
    }

    /** 0 means "none". */
    static Section.Parser<Duration> zeroOrDuration(Duration least, Duration most) {
        Section.Parser<Duration> within = duration(least, most);
        return text -> text.matches("0\\s*(ms|s|m|h|d)?") ? Duration.ZERO : within.parse(text);
    }

    /** Octets, as {@code 64KB}, {@code 100MB} or {@code 1GB}; a KB has 1024. */
    static Section.Parser<Long> size(long least, long most) {
        return text -> {
            Matcher matcher = SIZE.matcher(text);
            if (!matcher.matches()) {
                throw new BadValue("'" + text + "' is not a size; write it as 500KB, 100MB or 1GB");
            }
            int shift = switch (matcher.group(2)) {
                case "KB" -> 10;
                case "MB" -> 20;
                default -> 30;
            };
            long value = Long.parseLong(matcher.group(1)) << shift;
            if (value < least || value > most) {
                throw new BadValue("'" + text + "' is not within " + (least >> 10) + "KB to " + (most >> 30) + "GB");
            }
            return value;
        };
    }

    private static String brief(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }

    static Section.Parser<Integer> number(int least, int most) {
        return text -> {
            if (!text.matches("\\d{1,9}") || Integer.parseInt(text) < least || Integer.parseInt(text) > most) {
                throw new BadValue("'" + text + "' is not a number from " + least + " to " + most);
            }
            return Integer.valueOf(text);
        };
    }

    /** 0 means "by itself". */
    static Section.Parser<Integer> zeroOrNumber(int least, int most) {
        Section.Parser<Integer> number = number(least, most);
        return text -> text.equals("0") ? Integer.valueOf(0) : number.parse(text);
    }

    static int port(String text) throws BadValue {
        if (!text.matches("\\d{1,9}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > 65535) {
            throw new BadValue("port '" + text + "' is not a number from 1 to 65535");
        }
        return Integer.parseInt(text);
    }

    static InetAddress address(String text) throws BadValue {
        String plain = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        try {
            // ofLiteral also takes the old short forms, in which 10.1 is 10.0.0.1: nobody means those.
            if (plain.indexOf(':') >= 0 || DOTTED.matcher(plain).matches()) {
                return InetAddress.ofLiteral(plain);
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new BadValue("'" + text + "' is not an IP address such as 10.0.0.53 or 2001:db8::53");
    }

    /** {@code 0.0.0.0:443} or {@code [::]:443}. */
    static InetSocketAddress socketAddress(String text) throws BadValue {
        HostPort parts = hostPort(text);
        if (parts.host().indexOf(':') >= 0 && !text.startsWith("[")) {
            throw new BadValue(
                    "'" + text + "' is ambiguous; write IPv6 with brackets, as \"[" + parts.host() + "]:443\"");
        }
        return new InetSocketAddress(address(parts.host()), parts.port());
    }

    /** A name or address and a port. */
    static HostPort hostPort(String text) throws BadValue {
        int colon = text.lastIndexOf(':');
        if (colon <= 0 || text.endsWith("]")) {
            throw new BadValue("'" + text + "' has no port; write \"" + text + ":PORT\"");
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        return new HostPort(host, port(text.substring(colon + 1)));
    }

    record HostPort(String host, int port) {}

    static IpPrefix prefix(String text) throws BadValue {
        if (text.indexOf('/') < 0) {
            throw new BadValue("'" + text + "' has no prefix length; write it as "
                    + address(text).getHostAddress() + (text.indexOf(':') < 0 ? "/24" : "/64"));
        }
        try {
            address(text.substring(0, text.indexOf('/')));
            return IpPrefix.parse(text);
        } catch (IllegalArgumentException e) {
            String reason = String.valueOf(e.getMessage());
            throw new BadValue(
                    reason.contains("prefix length") || reason.contains("host bits")
                            ? reason
                            : "'" + text + "' is not a prefix such as 10.20.0.0/16");
        }
    }

    static String hostName(String text) throws BadValue {
        if (!HOST_NAME.matcher(text).matches()) {
            try {
                return InetAddress.ofLiteral(text).getHostAddress();
            } catch (IllegalArgumentException e) {
                throw new BadValue("'" + text + "' is neither a host name such as vpn.example.test nor an address");
            }
        }
        return text;
    }

    /** @param command that shows the right one */
    static Section.Parser<String> thumbprint(String command) {
        return text -> {
            String plain = Thumbprint.normalized(text);
            if (plain == null) {
                throw new BadValue("'" + text
                        + "' is not a thumbprint; write the 40 hexadecimal digits of SHA-1 or the 64 of SHA-256"
                        + " (see '" + command + "')");
            }
            return plain;
        };
    }

    static String device(String text) throws BadValue {
        if (!DEVICE.matcher(text).matches()) {
            throw new BadValue("'" + text + "' is not a device name: 1 to 15 letters, digits, '_', '-' or '.', the last"
                    + " two not at the beginning");
        }
        return text;
    }

    /** Relative to the directory of the file. */
    static Section.Parser<Path> path(Path base) {
        return text -> {
            try {
                return base.resolve(text).normalize();
            } catch (InvalidPathException e) {
                throw new BadValue("'" + text.replace("\0", "\\0") + "' is not a path");
            }
        };
    }

    /** Constants by their names in the file: {@code TLS_CRYPT} is {@code tls-crypt}. */
    static <E extends Enum<E>> Section.Parser<E> oneOf(Class<E> type) {
        return text -> Arrays.stream(type.getEnumConstants())
                .filter(constant -> name(constant).equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new BadValue("'" + text + "' is not one of "
                        + Arrays.stream(type.getEnumConstants())
                                .map(Values::name)
                                .collect(Collectors.joining(", "))));
    }

    /** A constant that is written in its own way has it as {@code toString}. */
    private static String name(Enum<?> constant) {
        return constant.toString().equals(constant.name())
                ? constant.name().toLowerCase(Locale.ROOT).replace('_', '-')
                : constant.toString();
    }
}
