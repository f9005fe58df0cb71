package io.sallyport.daemon.wiring;

import io.sallyport.core.auth.LocalUser;
import io.sallyport.daemon.config.GatewayConfig;
import io.sallyport.daemon.config.GatewayConfig.Addresses;
import io.sallyport.daemon.config.GatewayConfig.Gateway;
import io.sallyport.daemon.config.GatewayConfig.OpenVpn;
import io.sallyport.daemon.config.GatewayConfig.Protocols;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a changed configuration means for a gateway that runs: what it takes over, what has to wait for a restart, what that is called. */
final class Reload {
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
                new Protocols(
                        running.protocols().sstp(),
                        openVpn(),
                        running.protocols().ikev2()),
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
        List<String> keys = new ArrayList<>();
        note(keys, "gateway.name", running.gateway().name(), changed.gateway().name());
        note(keys, "gateway.state", running.gateway().state(), changed.gateway().state());
        note(keys, "listen", running.listen(), changed.listen());
        OpenVpn old = running.protocols().openvpn();
        OpenVpn next = changed.protocols().openvpn();
        note(keys, "protocols.openvpn.enabled", old.enabled(), next.enabled());
        note(keys, "the key around OpenVPN's control channel", old.control(), next.control());
        note(
                keys,
                "addresses.pools",
                running.addresses().pools(),
                changed.addresses().pools());
        note(
                keys,
                "the network device",
                running.network().device(),
                changed.network().device());
        note(
                keys,
                "network.masquerade",
                running.network().masquerade(),
                changed.network().masquerade());
        note(
                keys,
                "network.ip-forward",
                running.network().ipForward(),
                changed.network().ipForward());
        note(keys, "metrics", running.metrics(), changed.metrics());
        note(keys, "crypto.provider", running.crypto(), changed.crypto());
        note(keys, "workers", running.workers(), changed.workers());
        return keys.stream()
                .map(key -> key + " was changed, which needs a restart; until then it stays as it was")
                .toList();
    }

    /** What is different from now on, in the configuration's words. */
    List<String> changes(Judges before, Judges after) {
        List<String> found = new ArrayList<>();
        GatewayConfig next = inForce();
        note(found, "gateway.sku", running.gateway().sku(), next.gateway().sku());
        note(
                found,
                "addresses.routes",
                running.addresses().routes(),
                next.addresses().routes());
        note(found, "addresses.dns", running.addresses().dns(), next.addresses().dns());
        note(
                found,
                "addresses.dns-domain",
                running.addresses().dnsDomain(),
                next.addresses().dnsDomain());
        note(
                found,
                "addresses.isolation",
                running.addresses().isolation(),
                next.addresses().isolation());
        note(
                found,
                "protocols.openvpn",
                running.protocols().openvpn(),
                next.protocols().openvpn());
        note(found, "auth.methods", running.auth().methods(), next.auth().methods());
        note(found, "auth.certificate.roots", Set.copyOf(before.roots()), Set.copyOf(after.roots()));
        note(
                found,
                "auth.certificate.revoked",
                Set.copyOf(running.auth().revoked()),
                Set.copyOf(next.auth().revoked()));
        note(found, "revoked certificates", before.listed(), after.listed());
        users(found, before.users(), after.users());
        note(found, "sessions", running.sessions(), next.sessions());
        note(found, "log", running.log(), next.log());
        note(found, "drain", running.drain(), next.drain());
        return found;
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
                        || !user.ntHash().matches(before.ntHash().expose()));
    }

    private static void note(List<String> keys, String key, @Nullable Object before, @Nullable Object after) {
        if (!Objects.equals(before, after)) {
            keys.add(key);
        }
    }
}
