package io.sallyport.daemon.config;

import io.sallyport.daemon.config.GatewayConfig.Listen;
import io.sallyport.daemon.config.GatewayConfig.Method;
import io.sallyport.daemon.config.Sstp.Authentication;
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
        checkAuthentication();
        if (!listen.tlsTerminated().isEmpty()) {
            checkTerminator();
        }
    }

    private void checkAuthentication() {
        List<Authentication> ways = sstp.authentication();
        boolean passwords = config.auth().hasPasswordMethod();
        for (Authentication way : ways) {
            if (way != Authentication.EAP && !passwords) {
                mistake(SSTP + "authentication", "MS-CHAPv2 and PAP need passwords; add local to auth.methods");
                return;
            }
        }
        if (!ways.contains(Authentication.EAP) && config.auth().methods().equals(List.of(Method.CERTIFICATE))) {
            mistake(SSTP + "authentication", "certificates come by EAP; add eap");
        }
        if (ways.contains(Authentication.PAP)) {
            findings.warning(
                    at.apply(SSTP + "authentication"),
                    "PAP gives the password to whoever the client takes for the gateway, and binds nothing to the"
                            + " tunnel; leave it out unless a client knows nothing else");
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

    private void mistake(String path, String text) {
        findings.mistake(at.apply(path), text);
    }
}
