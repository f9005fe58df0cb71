package io.sallyport.daemon.wiring;

import io.sallyport.core.Gateway;
import io.sallyport.core.GatewaySettings;
import io.sallyport.core.session.CloseReason;
import io.sallyport.daemon.admin.AdminOperations.Reloaded;
import io.sallyport.daemon.config.ConfigReader;
import io.sallyport.daemon.config.ConfigReader.Reading;
import io.sallyport.daemon.config.Finding;
import io.sallyport.daemon.config.GatewayConfig;
import io.sallyport.daemon.log.Logging;
import io.sallyport.openvpn.server.OpenVpnServer;
import io.sallyport.openvpn.server.OpenVpnSettings;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes what can change while the gateway runs. */
final class Reloader {
    private static final Logger log = LoggerFactory.getLogger(Reloader.class);

    private final Gateway gateway;
    private final Presence presence;
    private final Authentication authentication;
    private final @Nullable OpenVpnServer openVpn;
    private final @Nullable SstpSide sstp;
    private final @Nullable String controlKeys;
    private volatile GatewayConfig config;
    private volatile Runnable begins = () -> {};
    private volatile Runnable ends = () -> {};
    private X509Certificate serverCertificate;

    /** All that a changed configuration needs, made before anything of it counts. */
    private record Prepared(
            GatewayConfig config,
            Judges judges,
            OpenVpnSettings openVpn,
            X509Certificate certificate,
            GatewaySettings core,
            SstpSide.@Nullable Prepared sstp)
            implements AutoCloseable {
        @Override
        public void close() {
            if (sstp != null) {
                sstp.close();
            }
        }
    }

    /** @param openVpn null when it is not enabled, as {@code sstp} is */
    Reloader(
            GatewayConfig config,
            Gateway gateway,
            Presence presence,
            Authentication authentication,
            @Nullable OpenVpnServer openVpn,
            @Nullable SstpSide sstp)
            throws StartException {
        this.config = config;
        this.gateway = gateway;
        this.presence = presence;
        this.authentication = authentication;
        this.openVpn = openVpn;
        this.sstp = sstp;
        this.controlKeys = OpenVpn.keyMark(config);
        this.serverCertificate = OpenVpn.certificate(config);
    }

    /** What is in force. */
    GatewayConfig config() {
        return config;
    }

    /** Who is told that a reload begins and that it has ended, whoever asked for it; on that one's thread, never two at once. */
    void whenReloading(Runnable beginning, Runnable ending) {
        begins = beginning;
        ends = ending;
    }

    /** Reads the configuration's file again and takes over what can change under way: all of it, or nothing when there is any mistake. Sessions go on unless what they rest on is gone. */
    synchronized Reloaded reload() {
        if (presence.readiness() == Readiness.DRAINING || presence.readiness() == Readiness.STOPPED) {
            return refused(List.of(Reloaded.STOPPING), List.of());
        }
        begins.run();
        try {
            return readAgain();
        } finally {
            ends.run();
        }
    }

    private Reloaded readAgain() {
        List<String> warnings = new ArrayList<>();
        try {
            Reading reading = ConfigReader.check(config.file());
            warnings.addAll(reading.warnings().stream().map(Finding::toString).toList());
            GatewayConfig changed = reading.config();
            if (changed == null) {
                return refused(
                        reading.mistakes().stream().map(Finding::toString).toList(), warnings);
            }
            Reload reload = new Reload(config, changed);
            warnings.addAll(reload.needRestart());
            warnings.addAll(changedKeyFile(changed));
            List<String> disagreements = reload.disagreements();
            if (!disagreements.isEmpty()) {
                return refused(disagreements, warnings);
            }
            try (Prepared next = prepare(reload.inForce())) {
                return takeOver(reload, next, warnings);
            }
        } catch (StartException | IOException e) {
            return refused(List.of(String.valueOf(e.getMessage())), warnings);
        } catch (RuntimeException e) {
            // A bug must not end a gateway that runs.
            log.error("the reload failed", e);
            return refused(List.of("the reload failed: " + e), warnings);
        }
    }

    private Reloaded takeOver(Reload reload, Prepared next, List<String> warnings) throws IOException {
        Judges before = authentication.judges();
        warnings.addAll(next.judges().files().warnings());
        List<String> changes = new ArrayList<>(reload.changes(before, next.judges()));
        if (!next.certificate().equals(serverCertificate)) {
            changes.add("the server certificate");
        }
        // The last that can fail; then the log is as it was.
        Logging.configure(next.config().log());
        return taken(List.of(), warnings, changes, install(next));
    }

    private Prepared prepare(GatewayConfig next) throws StartException {
        Judges judges = authentication.read(next);
        return new Prepared(
                next,
                judges,
                OpenVpn.settings(next, judges.roots(), authentication.tokens()),
                OpenVpn.certificate(next),
                CoreSettings.of(next, gateway.pools()),
                // last, because it has to be closed
                sstp == null ? null : sstp.prepare(next));
    }

    /** How many sessions end by it. */
    private int install(Prepared next) {
        config = next.config();
        serverCertificate = next.certificate();
        gateway.replaceSettings(next.core());
        if (openVpn != null) {
            openVpn.replaceSettings(next.openVpn());
        }
        if (sstp != null && next.sstp() != null) {
            sstp.install(next.sstp());
        }
        authentication.install(next.judges());
        int ended = endWithdrawn();
        if (openVpn != null) {
            openVpn.pushUpdates();
        }
        return ended;
    }

    /** Another file is a change of the configuration; another key in the same file nobody else notices. */
    private List<String> changedKeyFile(GatewayConfig changed) {
        boolean sameFiles = changed.protocols()
                .openvpn()
                .control()
                .equals(config.protocols().openvpn().control());
        return sameFiles && !Objects.equals(controlKeys, OpenVpn.keyMark(changed))
                ? List.of(
                        "the key file around OpenVPN's control channel holds another key than at the start, which needs a"
                                + " restart; until then the old one counts")
                : List.of();
    }

    /** Reads users and revocations again, now, and takes over each that can be used; all else stays. */
    synchronized Reloaded refresh() {
        try {
            Judges before = authentication.judges();
            Judges after = authentication.readFiles();
            List<String> changes = new Reload(config, config).changes(before, after);
            authentication.install(after);
            return taken(after.files().mistakes(), after.files().warnings(), changes, endWithdrawn());
        } catch (StartException e) {
            return refused(List.of(String.valueOf(e.getMessage())), List.of());
        }
    }

    private static Reloaded refused(List<String> mistakes, List<String> warnings) {
        warnings.forEach(warning -> log.warn("{}", warning));
        mistakes.forEach(mistake -> log.error("{}", mistake));
        log.error("nothing was reloaded: the gateway goes on with what it had before");
        return new Reloaded(false, mistakes, warnings, List.of(), 0);
    }

    private static Reloaded taken(List<String> mistakes, List<String> warnings, List<String> changes, int ended) {
        warnings.forEach(warning -> log.warn("{}", warning));
        mistakes.forEach(mistake -> log.error("{} What it said before goes on to count.", mistake));
        log.info("reloaded; changed: {}", changes.isEmpty() ? "nothing" : String.join(", ", changes));
        return new Reloaded(mistakes.isEmpty(), mistakes, warnings, changes, ended);
    }

    /** The second half of a withdrawal: what is judged now says no already, so whoever is on the way in finds out itself. */
    int endWithdrawn() {
        int ended =
                gateway.sessions().closeWhere(session -> !authentication.holds(session.grant()), CloseReason.REVOKED);
        if (ended > 0) {
            log.info("{} sessions end because their certificate or user is no longer accepted", ended);
        }
        return ended;
    }
}
