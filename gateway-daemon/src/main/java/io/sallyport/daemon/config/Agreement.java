package io.sallyport.daemon.config;

import io.sallyport.daemon.config.GatewayConfig.Device;
import io.sallyport.daemon.config.GatewayConfig.IpForward;
import io.sallyport.daemon.config.GatewayConfig.Listen;
import io.sallyport.daemon.config.GatewayConfig.Method;
import io.sallyport.daemon.config.GatewayConfig.OpenVpn;
import io.sallyport.daemon.config.GatewayConfig.Require;
import io.sallyport.daemon.config.GatewayConfig.Sku;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/** Whether the sections agree with each other. */
final class Agreement {
    private static final int IPV6_MINIMUM_MTU = 1280;

    private final GatewayConfig config;
    private final Findings findings;
    private final Map<String, Position> places;

    Agreement(GatewayConfig config, Findings findings, Map<String, Position> places) {
        this.config = config;
        this.findings = findings;
        this.places = places;
    }

    void check() {
        checkListen();
        checkOpenVpn();
        new SstpAgreement(config, findings, this::at).check();
        checkNetwork();
        Sku sku = config.gateway().sku();
        if (sku != Sku.LIMITLESS) {
            String none = sku.otherSessions() > 0
                    ? ""
                    : ": '" + sku + "' has none for OpenVPN, so no client gets in by it; use VpnGw1 or more";
            findings.warning(
                    at("gateway.sku"), "a SKU's throughput is not limited yet, its number of sessions is" + none);
        }
    }

    private void checkListen() {
        Listen listen = config.listen();
        duplicates("listen.tls", listen.tls());
        duplicates("listen.tls-terminated", listen.tlsTerminated());
        duplicates("listen.openvpn", listen.openvpn());
        duplicates(
                "listen.ike",
                listen.ike().stream()
                        .map(address -> new InetSocketAddress(address, listen.ikePort()))
                        .toList());
        if (listen.ikePort() == listen.nattPort()) {
            findings.mistake(at("listen.natt-port"), "ike-port and natt-port are equal; they are two sockets");
        }
        if (listen.tls().isEmpty()
                && listen.tlsTerminated().isEmpty()
                && listen.openvpn().isEmpty()) {
            findings.mistake(
                    at("listen"), "nothing to listen on; write tls: [\"0.0.0.0:443\"] or openvpn: [\"0.0.0.0:1194\"]");
        }
        if (listen.proxyProtocol().stream().anyMatch(prefix -> prefix.length() == 0)) {
            findings.mistake(
                    at("listen.proxy-protocol"),
                    "any client could say that it is another one; name the proxies, as 10.0.0.7/32");
        }
        if (!listen.proxyProtocol().isEmpty()
                && listen.tls().isEmpty()
                && listen.tlsTerminated().isEmpty()) {
            findings.warning(
                    at("listen.proxy-protocol"),
                    "PROXY headers come by TCP, and there is neither listen.tls nor listen.tls-terminated; add one, or"
                            + " remove proxy-protocol");
        }
        InetSocketAddress metrics = config.metrics().prometheus();
        if (metrics != null) {
            apart("metrics.prometheus", metrics, "listen.tls", listen.tls());
            apart("metrics.prometheus", metrics, "listen.tls-terminated", listen.tlsTerminated());
        }
        for (InetSocketAddress terminated : listen.tlsTerminated()) {
            apart("listen.tls-terminated", terminated, "listen.tls", listen.tls());
        }
    }

    private void apart(String path, InetSocketAddress address, String other, List<InetSocketAddress> addresses) {
        if (addresses.stream().anyMatch(each -> clash(address, each))) {
            findings.mistake(at(path), path + " and " + other + " share a port; change one");
        }
    }

    private void duplicates(String path, List<InetSocketAddress> addresses) {
        for (int i = 0; i < addresses.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (clash(addresses.get(i), addresses.get(j))) {
                    findings.mistake(
                            places.getOrDefault(path + "[" + i + "]", at(path)),
                            path + " has " + HostAndPort.text(addresses.get(i)) + " twice or under "
                                    + HostAndPort.text(addresses.get(j)) + "; keep one");
                }
            }
        }
    }

    private static boolean clash(InetSocketAddress a, InetSocketAddress b) {
        boolean sameVersion =
                a.getAddress().getAddress().length == b.getAddress().getAddress().length;
        return a.getPort() == b.getPort()
                && sameVersion
                && (a.getAddress().equals(b.getAddress())
                        || a.getAddress().isAnyLocalAddress()
                        || b.getAddress().isAnyLocalAddress());
    }

    private void checkOpenVpn() {
        OpenVpn openvpn = config.protocols().openvpn();
        if (!openvpn.enabled()) {
            if (!config.protocols().sstp().enabled()) {
                findings.warning(at("protocols.openvpn.enabled"), "no protocol is enabled: nobody can connect");
            }
            return;
        }
        boolean certificate = config.auth().methods().contains(Method.CERTIFICATE);
        Require require = openvpn.require();
        if (!certificate && (require == Require.CERTIFICATE || require == Require.BOTH)) {
            findings.mistake(
                    at("protocols.openvpn.require"), "require wants certificates; add certificate to auth.methods");
        }
        if (!config.auth().hasPasswordMethod() && (require == Require.PASSWORD || require == Require.BOTH)) {
            findings.mistake(at("protocols.openvpn.require"), "require wants passwords; add local to auth.methods");
        }
    }

    private void checkNetwork() {
        Device device = config.network().device();
        boolean ipv6 = config.addresses().pools().stream().anyMatch(pool -> !pool.isIpv4());
        if (ipv6 && device.mtu() < IPV6_MINIMUM_MTU) {
            findings.mistake(
                    at("network.tun.mtu"), "an IPv6 pool needs an mtu of " + IPV6_MINIMUM_MTU + " or more (RFC 8200)");
        }
        if (device instanceof Device.Tun
                && config.network().ipForward() == IpForward.OFF
                && !config.network().masquerade()) {
            findings.warning(
                    at("network.ip-forward"),
                    "return traffic has no way back: masquerade is false and forwarding is off; set ip-forward: auto, and"
                            + " route the pools to this host or set masquerade: true");
        }
    }

    private Position at(String path) {
        for (String where = path; ; where = where.substring(0, where.lastIndexOf('.'))) {
            Position place = places.get(where);
            if (place != null) {
                return place;
            }
            if (where.indexOf('.') < 0) {
                return Position.START;
            }
        }
    }
}
