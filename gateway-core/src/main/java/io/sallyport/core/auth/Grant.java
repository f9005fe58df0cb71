package io.sallyport.core.auth;

import io.sallyport.core.address.IpPrefix;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an accepted client may have. Null or empty means "as configured for everybody".
 *
 * @param user the name in logs, accounting and lease affinity
 * @param groups for policy
 * @param thumbprint SHA-256 of the leaf certificate that was accepted, hex, lower case; a later revocation finds the session by it
 * @param ipv4 a fixed address, outside or inside the pools
 * @param pool name of the pool to take the addresses from
 * @param framedRoutes prefixes behind the client, routed to its session
 * @param routes what the client reaches through the gateway; null means as configured
 * @param sessionTimeout the session ends after it, whatever it does; zero or less becomes null, none
 * @param idleTimeout the session ends after no data for so long; zero or less becomes null, none
 * @param keyingMaterial MSK (64 octets) or MPPE keys; the session wipes it when it closes
 * @param accountingClass RADIUS Class, echoed in accounting
 * @param evidence what was shown for it and can be withdrawn; empty when there is no such thing here, as with what another server decided
 */
public record Grant(
        String user,
        Set<String> groups,
        @Nullable String thumbprint,
        @Nullable Inet4Address ipv4,
        @Nullable Inet6Address ipv6,
        @Nullable String pool,
        List<IpPrefix> framedRoutes,
        @Nullable List<IpPrefix> routes,
        @Nullable List<InetAddress> dns,
        Limits limits,
        @Nullable Duration sessionTimeout,
        @Nullable Duration idleTimeout,
        @Nullable Secret keyingMaterial,
        @Nullable Octets accountingClass,
        Set<Evidence> evidence) {

    /** Octets a second each way, 0 for no limit. */
    public record Limits(long upOctetsPerSecond, long downOctetsPerSecond) {
        public static final Limits NONE = new Limits(0, 0);
    }

    public Grant {
        groups = Set.copyOf(groups);
        evidence = Set.copyOf(evidence);
        framedRoutes = List.copyOf(framedRoutes);
        routes = routes == null ? null : List.copyOf(routes);
        dns = dns == null ? null : List.copyOf(dns);
        sessionTimeout = positive(sessionTimeout);
        idleTimeout = positive(idleTimeout);
    }

    /** One that rests on nothing that could be withdrawn here. */
    public Grant(
            String user,
            Set<String> groups,
            @Nullable String thumbprint,
            @Nullable Inet4Address ipv4,
            @Nullable Inet6Address ipv6,
            @Nullable String pool,
            List<IpPrefix> framedRoutes,
            @Nullable List<IpPrefix> routes,
            @Nullable List<InetAddress> dns,
            Limits limits,
            @Nullable Duration sessionTimeout,
            @Nullable Duration idleTimeout,
            @Nullable Secret keyingMaterial,
            @Nullable Octets accountingClass) {
        this(
                user,
                groups,
                thumbprint,
                ipv4,
                ipv6,
                pool,
                framedRoutes,
                routes,
                dns,
                limits,
                sessionTimeout,
                idleTimeout,
                keyingMaterial,
                accountingClass,
                Set.of());
    }

    private static @Nullable Duration positive(@Nullable Duration timeout) {
        return timeout == null || !timeout.isPositive() ? null : timeout;
    }

    /** A grant that leaves everything but the name as configured. */
    public static Grant of(String user) {
        return new Grant(
                user, Set.of(), null, null, null, null, List.of(), null, null, Limits.NONE, null, null, null, null);
    }

    public Grant withFramedRoutes(List<IpPrefix> prefixes) {
        return with(thumbprint, prefixes, sessionTimeout, idleTimeout, keyingMaterial, evidence);
    }

    public Grant withThumbprint(String sha256) {
        return with(sha256, framedRoutes, sessionTimeout, idleTimeout, keyingMaterial, evidence);
    }

    public Grant withEvidence(Set<Evidence> shown) {
        return with(thumbprint, framedRoutes, sessionTimeout, idleTimeout, keyingMaterial, shown);
    }

    /** @param keys whoever closes this grant's keys closes them */
    public Grant withKeyingMaterial(Secret keys) {
        return with(thumbprint, framedRoutes, sessionTimeout, idleTimeout, keys, evidence);
    }

    /** Without keying material, which stays with this one. */
    public Grant withoutSecrets() {
        return with(thumbprint, framedRoutes, sessionTimeout, idleTimeout, null, evidence);
    }

    /** Without what it says of a certificate, which is judged elsewhere. */
    public Grant withoutCertificate() {
        Set<Evidence> others = evidence.stream()
                .filter(each -> !(each instanceof Evidence.CertifiedPath))
                .collect(Collectors.toSet());
        return with(null, framedRoutes, sessionTimeout, idleTimeout, keyingMaterial, others);
    }

    /** With these timeouts where it has none of its own. */
    public Grant withDefaultTimeouts(@Nullable Duration session, @Nullable Duration idle) {
        return with(
                thumbprint,
                framedRoutes,
                sessionTimeout == null ? session : sessionTimeout,
                idleTimeout == null ? idle : idleTimeout,
                keyingMaterial,
                evidence);
    }

    private Grant with(
            @Nullable String thumbprint,
            List<IpPrefix> framedRoutes,
            @Nullable Duration sessionTimeout,
            @Nullable Duration idleTimeout,
            @Nullable Secret keyingMaterial,
            Set<Evidence> evidence) {
        return new Grant(
                user,
                groups,
                thumbprint,
                ipv4,
                ipv6,
                pool,
                framedRoutes,
                routes,
                dns,
                limits,
                sessionTimeout,
                idleTimeout,
                keyingMaterial,
                accountingClass,
                evidence);
    }
}
