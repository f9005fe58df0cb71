package io.sallyport.openvpn.server;

import io.sallyport.core.tls.TlsContext;
import io.sallyport.openvpn.control.ServerTerms.Require;
import io.sallyport.openvpn.wire.DataCipher;
import java.time.Duration;
import java.util.List;

/** Settings like others but for what a test names. */
final class Settings {
    private final OpenVpnSettings like;
    private TlsContext tls;
    private List<DataCipher> ciphers;
    private Require require;
    private int pingSeconds;
    private int pingRestartSeconds;
    private Duration renegotiateAfter;
    private Duration handshakeWithin;
    private OpenVpnLimits limits;

    private Settings(OpenVpnSettings like) {
        this.like = like;
        tls = like.tls();
        ciphers = like.ciphers();
        require = like.require();
        pingSeconds = like.pingSeconds();
        pingRestartSeconds = like.pingRestartSeconds();
        renegotiateAfter = like.renegotiateAfter();
        handshakeWithin = like.handshakeWithin();
        limits = like.limits();
    }

    static Settings like(OpenVpnSettings settings) {
        return new Settings(settings);
    }

    Settings tls(TlsContext context) {
        tls = context;
        return this;
    }

    Settings ciphers(List<DataCipher> preferred) {
        ciphers = preferred;
        return this;
    }

    Settings require(Require credentials) {
        require = credentials;
        return this;
    }

    Settings ping(int seconds, int restartSeconds) {
        pingSeconds = seconds;
        pingRestartSeconds = restartSeconds;
        return this;
    }

    Settings renegotiateAfter(Duration interval) {
        renegotiateAfter = interval;
        return this;
    }

    Settings handshakeWithin(Duration limit) {
        handshakeWithin = limit;
        return this;
    }

    Settings limits(OpenVpnLimits bounds) {
        limits = bounds;
        return this;
    }

    OpenVpnSettings done() {
        return new OpenVpnSettings(
                tls,
                ciphers,
                require,
                pingSeconds,
                pingRestartSeconds,
                renegotiateAfter,
                handshakeWithin,
                like.mssfix(),
                limits,
                like.tokens());
    }
}
