package io.sallyport.daemon.wiring;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.port443.ShownCertificate;
import io.sallyport.daemon.config.GatewayConfig;
import io.sallyport.daemon.config.Sstp.Authentication;
import io.sallyport.sstp.ppp.AuthProtocol;
import io.sallyport.sstp.server.SstpSettings;
import java.util.List;

/** The configuration in SSTP's terms. */
final class Sstp {
    private static final int SHA1_DIGITS = 40;

    private Sstp() {}

    static SstpSettings settings(GatewayConfig config) {
        var sstp = config.protocols().sstp();
        return SstpSettings.standard(
                        sstp.authentication().stream().map(Sstp::protocol).toList())
                .withServerName(config.gateway().name())
                .withMru(SstpSettings.MAX_MRU)
                .withSha1(sstp.allowSha1());
    }

    private static AuthProtocol protocol(Authentication way) {
        return switch (way) {
            case MS_CHAP_V2 -> AuthProtocol.MS_CHAP_V2;
            case EAP -> AuthProtocol.EAP;
            case PAP -> AuthProtocol.PAP;
        };
    }

    /** What a terminator before the gateway may have shown. */
    static ShownCertificate shownByTerminator(GatewayConfig config) {
        List<String> thumbprints = config.protocols().sstp().terminatorCertificates();
        return new ShownCertificate(
                thumbprints.stream()
                        .filter(each -> each.length() == SHA1_DIGITS)
                        .map(Octets::fromHex)
                        .toList(),
                thumbprints.stream()
                        .filter(each -> each.length() != SHA1_DIGITS)
                        .map(Octets::fromHex)
                        .toList());
    }
}
