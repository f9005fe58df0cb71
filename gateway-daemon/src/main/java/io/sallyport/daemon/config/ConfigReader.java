package io.sallyport.daemon.config;

import io.sallyport.core.packet.PacketBuffers;
import io.sallyport.daemon.config.GatewayConfig.Auth;
import io.sallyport.daemon.config.GatewayConfig.CryptoProvider;
import io.sallyport.daemon.config.GatewayConfig.Device;
import io.sallyport.daemon.config.GatewayConfig.Gateway;
import io.sallyport.daemon.config.GatewayConfig.IpForward;
import io.sallyport.daemon.config.GatewayConfig.KeyFiles;
import io.sallyport.daemon.config.GatewayConfig.Listen;
import io.sallyport.daemon.config.GatewayConfig.Log;
import io.sallyport.daemon.config.GatewayConfig.LogFormat;
import io.sallyport.daemon.config.GatewayConfig.LogLevel;
import io.sallyport.daemon.config.GatewayConfig.Metrics;
import io.sallyport.daemon.config.GatewayConfig.Network;
import io.sallyport.daemon.config.GatewayConfig.SameUser;
import io.sallyport.daemon.config.GatewayConfig.SessionRules;
import io.sallyport.daemon.config.GatewayConfig.Sku;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the file and binds it, collecting every mistake. {@link #read} looks at the text alone; {@link #check} also at the files that it names and
 * at this host, and is what {@code check} and {@code run} use.
 */
public final class ConfigReader {
    private static final long MAX_SIZE = 1 << 20;
    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(365);
    private static final int MOST_PER_USER = 1_000_000;
    /** The device takes no less. */
    private static final int MIN_MTU = 576;

    private static final long MIN_LOG = 64 << 10;
    private static final long MAX_LOG = 10L << 30;
    private static final long DEFAULT_LOG = 100L << 20;

    private final Path file;
    private final Path base;
    private final Findings findings;
    private final Map<String, Position> places = new HashMap<>();

    private ConfigReader(Path file) {
        this.file = file;
        this.base = file.resolveSibling("");
        this.findings = new Findings(file);
    }

    /** What the file says, without a look at the files it names. */
    public static Reading read(Path file) {
        ConfigReader reader = new ConfigReader(file);
        return reader.reading(reader.bind());
    }

    /** What the file says and whether this host can run it. */
    public static Reading check(Path file) {
        ConfigReader reader = new ConfigReader(file);
        GatewayConfig config = reader.bind();
        if (config != null) {
            new FileChecks(config, reader.findings, reader.places).check();
            new HostChecks(config, reader.findings, reader.places).check();
            new CipherChecks(config, reader.findings, reader.places).check();
        }
        return reader.reading(config);
    }

    /**
     * What is wrong with a configuration that stands in no file as it is, because a part of a changed one has to wait
     * for a restart: whether its parts fit together, in texts without places.
     */
    public static List<String> disagreements(GatewayConfig config) {
        Findings findings = new Findings(config.file());
        new AddressChecks(config.addresses(), findings, Map.of()).check();
        new Agreement(config, findings, Map.of()).check();
        return new Reading(null, findings.all())
                .mistakes().stream().map(Finding::text).toList();
    }

    /** The state directory that the file names, be there mistakes elsewhere; the usual one when it cannot be read at all. */
    public static Path state(Path file) {
        ConfigReader reader = new ConfigReader(file);
        Path usual = reader.base.resolve("state");
        String text = reader.text();
        YamlNode.Mapping tree = text == null ? null : YamlTree.read(text, reader.findings);
        return tree == null
                ? usual
                : new Section("", tree, reader.findings, reader.places)
                        .section("gateway")
                        .value("state", Values.path(reader.base), usual);
    }

    private Reading reading(@Nullable GatewayConfig config) {
        return new Reading(findings.hasMistakes() ? null : config, findings.all());
    }

    private @Nullable GatewayConfig bind() {
        String text = text();
        if (text == null) {
            return null;
        }
        YamlNode.Mapping tree = YamlTree.read(text, findings);
        return tree == null ? null : config(new Section("", tree, findings, places));
    }

    private @Nullable String text() {
        try {
            if (Files.size(file) > MAX_SIZE) {
                findings.mistake(Position.START, "the file has more than 1 MiB; this is not a configuration");
                return null;
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            findings.mistake(
                    Position.START, "there is no such file; make one with 'sallyport init' or name it with -c");
        } catch (CharacterCodingException e) {
            findings.mistake(Position.START, "the file is not UTF-8; save it as UTF-8");
        } catch (IOException e) {
            findings.mistake(Position.START, "the file cannot be read; check its permissions (" + e.getMessage() + ")");
        }
        return null;
    }

    private GatewayConfig config(Section top) {
        Gateway gateway = gateway(top.requiredSection("gateway"));
        Auth auth = new AuthSection(top.requiredSection("auth"), base, findings, places).bind();
        ProtocolsSection protocols = new ProtocolsSection(top.section("protocols"), auth, base, findings);
        GatewayConfig config = new GatewayConfig(
                file,
                gateway,
                listen(top.requiredSection("listen")),
                protocols.bind(),
                new AddressesSection(top.requiredSection("addresses"), findings, places).bind(),
                auth,
                network(top.section("network")),
                sessions(top.section("sessions")),
                log(top.section("log")),
                top.value("drain", Values.duration(Duration.ZERO, Duration.ofHours(1)), Duration.ofSeconds(30)),
                metrics(top.section("metrics")),
                crypto(top.section("crypto")),
                top.value("workers", ConfigReader::workers, GatewayConfig.AUTO));
        top.end();
        new Agreement(config, findings, places).check();
        return config;
    }

    private Gateway gateway(Section section) {
        Gateway gateway = new Gateway(
                section.required("name", "vpn.example.test", Values::hostName, ""),
                section.value("sku", Values.oneOf(Sku.class), Sku.LIMITLESS),
                section.value("state", Values.path(base), base.resolve("state")),
                keyFiles(section.requiredSection("certificate"), "chain", "pki/server.crt", "pki/server.key", true),
                keyFiles(section.section("ca"), "certificate", "pki/ca.crt", "pki/ca.key", false));
        section.end();
        return gateway;
    }

    private KeyFiles keyFiles(Section section, String chainKey, String chain, String key, boolean required) {
        Section.Parser<Path> path = Values.path(base);
        Path chainPath = base.resolve(chain);
        Path keyPath = base.resolve(key);
        KeyFiles files = required
                ? new KeyFiles(
                        section.required(chainKey, chain, path, chainPath), section.required("key", key, path, keyPath))
                : new KeyFiles(section.value(chainKey, path, chainPath), section.value("key", path, keyPath));
        section.end();
        return files;
    }

    private static Listen listen(Section section) {
        Listen listen = new Listen(
                section.list("tls", "0.0.0.0:443", Values::socketAddress),
                section.list("tls-terminated", "127.0.0.1:8443", Values::socketAddress),
                section.list("proxy-protocol", "10.0.0.0/24", Values::prefix),
                section.list("openvpn", "0.0.0.0:1194", Values::socketAddress),
                section.list("ike", "0.0.0.0", Values::address),
                section.value("ike-port", Values::port, 500),
                section.value("natt-port", Values::port, 4500));
        section.end();
        return listen;
    }

    private Network network(Section section) {
        boolean memory = section.has("memory");
        if (memory && section.has("tun")) {
            findings.mistake(section.positionOf("memory"), "network has both 'tun' and 'memory'; keep one");
        }
        Section device = section.section(memory ? "memory" : "tun");
        int mtu = device.value("mtu", Values.number(MIN_MTU, PacketBuffers.MAX_PACKET), 1400);
        Device bound =
                memory ? new Device.Memory(mtu) : new Device.Tun(device.value("name", Values::device, "sally0"), mtu);
        device.end();
        Network network = new Network(
                bound,
                section.value("masquerade", Values::bool, false),
                section.value("ip-forward", ConfigReader::ipForward, IpForward.AUTO));
        section.end();
        return network;
    }

    private static IpForward ipForward(String text) throws BadValue {
        return switch (text) {
            case "auto" -> IpForward.AUTO;
            case "true", "on" -> IpForward.ON;
            case "false", "off" -> IpForward.OFF;
            default -> throw new BadValue("'" + text + "' is not one of auto, true, false");
        };
    }

    private static SessionRules sessions(Section section) {
        Section.Parser<Duration> timeout = Values.zeroOrDuration(Duration.ofSeconds(1), LONGEST_TIMEOUT);
        SessionRules rules = new SessionRules(
                section.value("same-user", Values.oneOf(SameUser.class), SameUser.ALLOW),
                section.value("per-user", Values.zeroOrNumber(1, MOST_PER_USER), 0),
                section.value("timeout", timeout, Duration.ZERO),
                section.value("idle-timeout", timeout, Duration.ZERO));
        section.end();
        return rules;
    }

    private Log log(Section section) {
        Log log = new Log(
                section.value("format", Values.oneOf(LogFormat.class), LogFormat.TEXT),
                section.value("level", Values.oneOf(LogLevel.class), LogLevel.INFO),
                section.optional("file", Values.path(base)),
                section.value("max-size", Values.size(MIN_LOG, MAX_LOG), DEFAULT_LOG),
                section.value("keep", Values.number(1, 20), 7));
        section.end();
        return log;
    }

    private static Metrics metrics(Section section) {
        Metrics metrics = new Metrics(section.optional("prometheus", Values::socketAddress));
        section.end();
        return metrics;
    }

    private static CryptoProvider crypto(Section section) {
        CryptoProvider provider = section.value("provider", Values.oneOf(CryptoProvider.class), CryptoProvider.AUTO);
        section.end();
        return provider;
    }

    private static int workers(String text) throws BadValue {
        return text.equals("auto") ? GatewayConfig.AUTO : Values.number(1, 128).parse(text);
    }

    /** The configuration, null when there are mistakes, and all findings in the file's order. */
    public record Reading(@Nullable GatewayConfig config, List<Finding> findings) {
        public List<Finding> mistakes() {
            return of(Finding.Severity.MISTAKE);
        }

        public List<Finding> warnings() {
            return of(Finding.Severity.WARNING);
        }

        private List<Finding> of(Finding.Severity severity) {
            return findings.stream()
                    .filter(finding -> finding.severity() == severity)
                    .toList();
        }
    }
}
