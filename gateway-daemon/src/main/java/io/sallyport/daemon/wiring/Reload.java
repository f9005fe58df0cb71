package io.sallyport.daemon.wiring;

import io.sallyport.core.auth.LocalUser;
import io.sallyport.daemon.config.ConfigReader;
import io.sallyport.daemon.config.GatewayConfig;
import io.sallyport.daemon.config.GatewayConfig.Addresses;
import io.sallyport.daemon.config.GatewayConfig.Gateway;
import io.sallyport.daemon.config.GatewayConfig.OpenVpn;
import io.sallyport.daemon.config.GatewayConfig.Protocols;
import io.sallyport.daemon.config.Sstp;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a changed configuration means for a gateway that runs: what it takes over, what has to wait for a restart, what that is called. */
final class Reload {
    private record Key(String name, Function<GatewayConfig, @Nullable Object> value) {}

    private static final List<Key> AT_START = List.of(
            new Key("gateway.name", config -> config.gateway().name()),
            new Key("gateway.state", config -> config.gateway().state()),
            new Key("listen", GatewayConfig::listen),
            new Key(
                    "protocols.openvpn.enabled",
                    config -> config.protocols().openvpn().enabled()),
            new Key(
                    "the key around OpenVPN's control channel",
                    config -> config.protocols().openvpn().control()),
            new Key(
                    "protocols.sstp.enabled",
                    config -> config.protocols().sstp().enabled()),
            new Key("addresses.pools", config -> config.addresses().pools()),
            new Key("the network device", config -> config.network().device()),
            new Key("network.masquerade", config -> config.network().masquerade()),
            new Key("network.ip-forward", config -> config.network().ipForward()),
            new Key("metrics", GatewayConfig::metrics),
            new Key("crypto.provider", GatewayConfig::crypto),
            new Key("workers", GatewayConfig::workers));

    private static final List<Key> UNDER_WAY = List.of(
            new Key("gateway.sku", config -> config.gateway().sku()),
            new Key("addresses.routes", config -> config.addresses().routes()),
            new Key("addresses.dns", config -> config.addresses().dns()),
            new Key("addresses.dns-domain", config -> config.addresses().dnsDomain()),
            new Key("addresses.isolation", config -> config.addresses().isolation()),
            new Key("protocols.openvpn", config -> config.protocols().openvpn()),
            new Key("protocols.sstp", config -> config.protocols().sstp()),
            new Key("auth.methods", config -> config.auth().methods()),
            new Key(
                    "auth.certificate.revoked",
                    config -> Set.copyOf(config.auth().revoked())),
            new Key("sessions", GatewayConfig::sessions),
            new Key("log", GatewayConfig::log),
            new Key("drain", GatewayConfig::drain));

    private final GatewayConfig running;
    private final GatewayConfig changed;

    /** @param running as it is in force, after earlier reloads */
    Reload(GatewayConfig running, GatewayConfig changed) {
        this.running = running;
        this.changed = changed;
    }

    /** The changed configuration with all that cannot change under way as it was. */
    GatewayConfig inForce() {
        Gateway gateway = new Gateway(
                running.gateway().name(),
                changed.gateway().sku(),
                running.gateway().state(),
                changed.gateway().certificate(),
                changed.gateway().ca());
        Addresses addresses = new Addresses(
                running.addresses().pools(),
                changed.addresses().dns(),
                changed.addresses().dnsDomain(),
                changed.addresses().routes(),
                changed.addresses().isolation());
        return new GatewayConfig(
                running.file(),
                gateway,
                running.listen(),
                new Protocols(sstp(), openVpn(), running.protocols().ikev2()),
                addresses,
                changed.auth(),
                running.network(),
                changed.sessions(),
                changed.log(),
                changed.drain(),
                running.metrics(),
                running.crypto(),
                running.workers());
    }

    private Sstp sstp() {
        Sstp old = running.protocols().sstp();
        Sstp next = changed.protocols().sstp();
        return new Sstp(
                old.enabled(), next.require(), next.authentication(), next.allowSha1(), next.terminatorCertificates());
    }

    private OpenVpn openVpn() {
        OpenVpn old = running.protocols().openvpn();
        OpenVpn next = changed.protocols().openvpn();
        return new OpenVpn(
                old.enabled(),
                old.control(),
                next.require(),
                next.dataCiphers(),
                next.renegotiate(),
                next.ping(),
                next.pingRestart(),
                next.mssfix(),
                next.authToken());
    }

    /** One sentence for each thing that was changed in vain. */
    List<String> needRestart() {
        return differing(AT_START, running, changed)
                .map(key -> key + " was changed, which needs a restart; until then it stays as it was")
                .toList();
    }

    /**
     * Why what would be in force is no configuration, though the file is one: what stays until a restart need not fit
     * what changes now.
     */
    List<String> disagreements() {
        return ConfigReader.disagreements(inForce()).stream()
                .map(text -> "with what stays as it was until a restart: " + text + "; restart to take the whole file")
                .toList();
    }

    /** What is different from now on, in the configuration's words. */
    List<String> changes(Judges before, Judges after) {
        List<String> found =
                new ArrayList<>(differing(UNDER_WAY, running, inForce()).toList());
        if (!Set.copyOf(before.roots()).equals(Set.copyOf(after.roots()))) {
            found.add("auth.certificate.roots");
        }
        if (!before.listed().equals(after.listed())) {
            found.add("revoked certificates");
        }
        users(found, before.users(), after.users());
        return found;
    }

    private static Stream<String> differing(List<Key> keys, GatewayConfig before, GatewayConfig after) {
        return keys.stream()
                .filter(key -> !Objects.equals(key.value.apply(before), key.value.apply(after)))
                .map(Key::name);
    }

    private static void users(List<String> found, Map<String, LocalUser> before, Map<String, LocalUser> after) {
        Set<String> added = new HashSet<>(after.keySet());
        added.removeAll(before.keySet());
        Set<String> removed = new HashSet<>(before.keySet());
        removed.removeAll(after.keySet());
        long changed = after.values().stream()
                .filter(user -> differs(user, before.get(user.name())))
                .count();
        if (!added.isEmpty() || !removed.isEmpty() || changed > 0) {
            found.add("users (" + added.size() + " added, " + removed.size() + " removed, " + changed + " changed)");
        }
    }

    private static boolean differs(LocalUser user, @Nullable LocalUser before) {
        return before != null
                && (user.disabled() != before.disabled()
                        || !user.groups().equals(before.groups())
                        || !Objects.equals(user.ipv4(), before.ipv4())
                        || !Objects.equals(user.passwordExpires(), before.passwordExpires())
                        || !user.ntHash().matches(before.ntHash().expose()));
    }
}
