package io.sallyport.daemon.config;

import io.sallyport.core.port443.PortLimits;
import io.sallyport.daemon.config.GatewayConfig.Listen;
import io.sallyport.daemon.config.GatewayConfig.Method;
import io.sallyport.daemon.config.Sstp.Authentication;
import io.sallyport.daemon.config.Sstp.Require;
import io.sallyport.sstp.server.SstpSettings;
import java.util.List;
import java.util.function.Function;

/** Whether SSTP's settings fit together, and to the others. */
final class SstpAgreement {
    private static final String SSTP = "protocols.sstp.";
    private static final int SHA1_DIGITS = 40;

    private final GatewayConfig config;
    private final Sstp sstp;
    private final Findings findings;
    private final Function<String, Position> at;

    /** @param at where a key stands, or the nearest above it */
    SstpAgreement(GatewayConfig config, Findings findings, Function<String, Position> at) {
        this.config = config;
        this.sstp = config.protocols().sstp();
        this.findings = findings;
        this.at = at;
    }

    void check() {
        Listen listen = config.listen();
        if (!sstp.enabled()) {
            if (!listen.tlsTerminated().isEmpty()) {
                mistake(
                        "listen.tls-terminated",
                        "tls-terminated is for SSTP alone; write protocols.sstp.enabled: true");
            }
            return;
        }
        if (listen.tls().isEmpty() && listen.tlsTerminated().isEmpty()) {
            mistake(SSTP + "enabled", "SSTP has nothing to listen on; write listen.tls: [\"0.0.0.0:443\"]");
        }
        if (config.network().device().mtu() > SstpSettings.MAX_MRU) {
            warning(
                    "network.tun.mtu",
                    "SSTP carries packets of at most " + SstpSettings.MAX_MRU
                            + " octets: whoever sends larger ones is told so first, which costs a round trip; write mtu: "
                            + SstpSettings.MAX_MRU + " or less");
        }
        checkAuthentication();
        if (!listen.tlsTerminated().isEmpty()) {
            checkTerminator();
            warnOfExposure();
        } else if (!sstp.terminatorCertificates().isEmpty()) {
            warning(
                    SSTP + "terminator-certificates",
                    "nothing uses them without listen.tls-terminated; name the addresses where the terminator connects,"
                            + " or remove them");
        }
    }

    private void checkAuthentication() {
        List<Authentication> ways = sstp.authentication();
        boolean passwords = config.auth().hasPasswordMethod();
        boolean certificates = config.auth().methods().contains(Method.CERTIFICATE);
        boolean onlyEap = ways.stream().allMatch(way -> way == Authentication.EAP);
        if (sstp.require() == Require.CERTIFICATE && !certificates) {
            mistake(SSTP + "require", "require wants certificates; add certificate to auth.methods");
        } else if (sstp.require() == Require.PASSWORD && !passwords) {
            mistake(SSTP + "require", "require wants passwords; add local to auth.methods");
        } else if (!ways.contains(Authentication.EAP) && !passwords) {
            mistake(SSTP + "authentication", "certificates come by EAP; add eap");
        } else if (!onlyEap && !passwords) {
            mistake(SSTP + "authentication", "MS-CHAPv2 and PAP need passwords; add local to auth.methods");
        } else if (!onlyEap && sstp.require() == Require.CERTIFICATE) {
            mistake(SSTP + "authentication", "certificates come by EAP alone; write [eap], or leave it out");
        } else {
            warnOfAuthentication(ways, certificates && sstp.require() != Require.PASSWORD, passwords);
        }
    }

    private void warnOfAuthentication(List<Authentication> ways, boolean certificates, boolean passwords) {
        if (certificates && !ways.contains(Authentication.EAP)) {
            warning(SSTP + "authentication", "certificates come by EAP, which is left out: nobody can use one");
        }
        if (ways.contains(Authentication.PAP)) {
            warning(
                    SSTP + "authentication",
                    "PAP gives the password to whoever the client takes for the gateway, and binds nothing to the"
                            + " tunnel; leave it out unless a client knows nothing else");
        }
        GatewayConfig.OpenVpn openvpn = config.protocols().openvpn();
        boolean stricter = openvpn.require() == GatewayConfig.Require.CERTIFICATE
                || openvpn.require() == GatewayConfig.Require.BOTH;
        if (openvpn.enabled() && stricter && passwords && sstp.require() == Require.ANY) {
            warning(
                    SSTP + "require",
                    "a password alone is enough here, though protocols.openvpn.require wants a certificate; write"
                            + " require: certificate, or require: password if that is meant");
        }
    }

    private void checkTerminator() {
        List<String> shown = sstp.terminatorCertificates();
        if (shown.isEmpty()) {
            mistake(
                    "listen.tls-terminated",
                    "the crypto binding needs what the terminator shows; write its certificate's SHA-256 thumbprint to"
                            + " protocols.sstp.terminator-certificates");
            return;
        }
        if (!sstp.allowSha1() && shown.stream().allMatch(thumbprint -> thumbprint.length() == SHA1_DIGITS)) {
            mistake(
                    SSTP + "terminator-certificates",
                    "allow-sha1 is false and there is no SHA-256 thumbprint; add the terminator's");
        }
    }

    private void warnOfExposure() {
        Listen listen = config.listen();
        if (listen.proxyProtocol().isEmpty()) {
            warning(
                    "listen.tls-terminated",
                    "all clients look like one, the terminator, and share its limits, "
                            + PortLimits.DEFAULT.undecidedPerSource()
                            + " new connections at once among them; let it send PROXY headers and name it in"
                            + " listen.proxy-protocol");
        }
        if (listen.tlsTerminated().stream().anyMatch(each -> each.getAddress().isAnyLocalAddress())) {
            warning(
                    "listen.tls-terminated",
                    "whoever reaches this port speaks to SSTP without TLS; use an address that the terminator alone"
                            + " reaches, as 127.0.0.1");
        }
    }

    private void warning(String path, String text) {
        findings.warning(at.apply(path), text);
    }

    private void mistake(String path, String text) {
        findings.mistake(at.apply(path), text);
    }
}
