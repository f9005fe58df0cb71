package io.sallyport.daemon.wiring;

import io.sallyport.core.Gateway;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.port443.ShownCertificate;
import io.sallyport.core.port443.StreamProtocol;
import io.sallyport.core.port443.TerminatedTls;
import io.sallyport.core.port443.TlsLimits;
import io.sallyport.core.port443.TlsTermination;
import io.sallyport.daemon.config.GatewayConfig;
import io.sallyport.daemon.config.Sstp;
import io.sallyport.sstp.ppp.AuthProtocol;
import io.sallyport.sstp.server.SstpServer;
import io.sallyport.sstp.server.SstpSettings;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;

/** SSTP and the TLS around it, from the configuration. */
final class SstpSide implements AutoCloseable {
    private static final int SHA1_DIGITS = 40;

    private final SstpServer server;
    private final TlsTermination tls;
    private volatile ShownCertificate terminators;

    /** What a changed configuration needs, made before anything of it counts; closed in any case. */
    record Prepared(SstpSettings settings, TlsTermination.Replacement shown, ShownCertificate terminators)
            implements AutoCloseable {
        @Override
        public void close() {
            shown.close();
        }
    }

    private SstpSide(SstpServer server, TlsTermination tls, ShownCertificate terminators) {
        this.server = server;
        this.tls = tls;
        this.terminators = terminators;
    }

    static SstpSide start(GatewayConfig config, Gateway gateway) throws StartException {
        SecureRandom random = new SecureRandom();
        SstpServer server = new SstpServer(gateway, settings(config), random::nextBytes);
        try {
            return new SstpSide(
                    server,
                    TlsTermination.of(
                            ServerTls.credentials(config),
                            TlsTermination.Provider.AUTO,
                            TlsLimits.DEFAULT,
                            gateway.compute(),
                            server),
                    shownByTerminators(config));
        } catch (GeneralSecurityException e) {
            throw ServerTls.unusable(config, e);
        }
    }

    /** For ports where clients speak TLS. */
    StreamProtocol tls() {
        return tls;
    }

    /** For ports where a terminator before the gateway has ended it. */
    StreamProtocol terminated() {
        return new TerminatedTls(server, () -> terminators);
    }

    int handshakes() {
        return tls.handshakes() + server.halfOpen();
    }

    Prepared prepare(GatewayConfig config) throws StartException {
        try {
            return new Prepared(
                    settings(config), tls.prepare(ServerTls.credentials(config)), shownByTerminators(config));
        } catch (GeneralSecurityException e) {
            throw ServerTls.unusable(config, e);
        }
    }

    /** For clients that connect from now on; those that are there keep what they began with, and what they were shown. */
    void install(Prepared next) {
        next.shown().install();
        terminators = next.terminators();
        server.replaceSettings(next.settings());
    }

    /** Takes no new clients; sessions stay. */
    @Override
    public void close() {
        server.close();
        tls.close();
    }

    private static SstpSettings settings(GatewayConfig config) {
        Sstp sstp = config.protocols().sstp();
        return SstpSettings.standard(
                        sstp.authentication().stream().map(SstpSide::protocol).toList())
                .withSha1(sstp.allowSha1());
    }

    private static AuthProtocol protocol(Sstp.Authentication way) {
        return switch (way) {
            case MS_CHAP_V2 -> AuthProtocol.MS_CHAP_V2;
            case EAP -> AuthProtocol.EAP;
            case PAP -> AuthProtocol.PAP;
        };
    }

    private static ShownCertificate shownByTerminators(GatewayConfig config) {
        Sstp sstp = config.protocols().sstp();
        return new ShownCertificate(thumbprints(sstp, true), thumbprints(sstp, false));
    }

    private static List<Octets> thumbprints(Sstp sstp, boolean sha1) {
        return sstp.terminatorCertificates().stream()
                .filter(each -> (each.length() == SHA1_DIGITS) == sha1)
                .map(Octets::fromHex)
                .toList();
    }
}
