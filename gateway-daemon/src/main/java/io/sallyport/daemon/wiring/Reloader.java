package io.sallyport.daemon.wiring;

import io.sallyport.core.Gateway;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes what can change while the gateway runs. */
final class Reloader {
    private static final Logger log = LoggerFactory.getLogger(Reloader.class);

    private final Gateway gateway;
    private final Authentication authentication;
    private final @Nullable OpenVpnServer openVpn;
    private volatile GatewayConfig config;
    private X509Certificate serverCertificate;

    /** @param openVpn null when it is not enabled */
    Reloader(GatewayConfig config, Gateway gateway, Authentication authentication, @Nullable OpenVpnServer openVpn)
            throws StartException {
        this.config = config;
        this.gateway = gateway;
        this.authentication = authentication;
        this.openVpn = openVpn;
        this.serverCertificate = OpenVpn.certificate(config);
    }

    /** What is in force. */
    GatewayConfig config() {
        return config;
    }

    /** Reads the configuration's file again and takes over what can change under way: all of it, or nothing when there is any mistake. Sessions go on unless what they rest on is gone. */
    synchronized Reloaded reload() {
        Reading reading = ConfigReader.check(config.file());
        GatewayConfig changed = reading.config();
        List<String> warnings = new ArrayList<>(
                reading.warnings().stream().map(Finding::toString).toList());
        if (changed == null) {
            return refused(reading.mistakes().stream().map(Finding::toString).toList(), warnings);
        }
        Reload reload = new Reload(config, changed);
        GatewayConfig next = reload.inForce();
        warnings.addAll(reload.needRestart());
        try {
            Judges before = authentication.judges();
            Judges after = authentication.read(next);
            OpenVpnSettings openVpnSettings = OpenVpn.settings(next, after.roots(), authentication.tokens());
            X509Certificate certificate = OpenVpn.certificate(next);
            List<String> changes = new ArrayList<>(reload.changes(before, after));
            if (!certificate.equals(serverCertificate)) {
                changes.add("the server certificate");
            }
            Logging.configure(next.log());
            // Nothing below fails.
            config = next;
            serverCertificate = certificate;
            gateway.replaceSettings(CoreSettings.of(next, gateway.pools()));
            if (openVpn != null) {
                openVpn.replaceSettings(openVpnSettings);
            }
            authentication.install(after);
            if (openVpn != null) {
                openVpn.pushUpdates();
            }
            return taken(warnings, changes, endWithdrawn());
        } catch (StartException | IOException e) {
            return refused(List.of(String.valueOf(e.getMessage())), warnings);
        }
    }

    /** Reads users and revocations again, now; the rest of the configuration stays. */
    synchronized Reloaded refresh() {
        try {
            Judges before = authentication.judges();
            Judges after = authentication.read(config);
            List<String> changes = new Reload(config, config).changes(before, after);
            authentication.install(after);
            return taken(List.of(), changes, endWithdrawn());
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

    private static Reloaded taken(List<String> warnings, List<String> changes, int ended) {
        warnings.forEach(warning -> log.warn("{}", warning));
        log.info("reloaded; changed: {}", changes.isEmpty() ? "nothing" : String.join(", ", changes));
        return new Reloaded(true, List.of(), warnings, changes, ended);
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
