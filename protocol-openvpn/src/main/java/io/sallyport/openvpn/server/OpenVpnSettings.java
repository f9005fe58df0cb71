package io.sallyport.openvpn.server;

import io.sallyport.core.auth.TokenIssuer;
import io.sallyport.core.tls.TlsContext;
import io.sallyport.openvpn.control.ServerTerms;
import io.sallyport.openvpn.control.ServerTerms.Require;
import io.sallyport.openvpn.wire.DataCipher;
import java.time.Duration;
import java.util.List;

/**
 * What may change while the server runs; connections that are there keep what they began with.
 *
 * @param tls a server's, that asks for client certificates
 * @param ciphers in the order of preference
 * @param require which credentials a client must bring
 * @param pingSeconds after so long without a packet one is sent, both ways
 * @param pingRestartSeconds a client that hears nothing for so long begins anew; the gateway waits twice as long before it gives a client up
 * @param renegotiateAfter the gateway asks for new keys itself; zero for never
 * @param handshakeWithin from the first packet to the data key
 * @param mssfix octets of the largest datagram (without its IP and UDP headers) that inner TCP may make; 0 for what the tunnel's MTU gives
 * @param tokens for clients that came in with a password
 */
public record OpenVpnSettings(
        TlsContext tls,
        List<DataCipher> ciphers,
        Require require,
        int pingSeconds,
        int pingRestartSeconds,
        Duration renegotiateAfter,
        Duration handshakeWithin,
        int mssfix,
        OpenVpnLimits limits,
        TokenIssuer tokens) {
    public OpenVpnSettings {
        ciphers = List.copyOf(ciphers);
        if (ciphers.isEmpty()) {
            throw new IllegalArgumentException("no data cipher");
        }
        if (pingSeconds < 1 || pingRestartSeconds <= pingSeconds) {
            throw new IllegalArgumentException("ping must be positive and ping-restart longer");
        }
    }

    public OpenVpnSettings withTokens(TokenIssuer issuer) {
        return new OpenVpnSettings(
                tls,
                ciphers,
                require,
                pingSeconds,
                pingRestartSeconds,
                renegotiateAfter,
                handshakeWithin,
                mssfix,
                limits,
                issuer);
    }

    /** The usual, with this TLS. */
    public static OpenVpnSettings standard(TlsContext tls, Require require) {
        return new OpenVpnSettings(
                tls,
                ServerTerms.ALL_CIPHERS,
                require,
                10,
                60,
                Duration.ofHours(1),
                Duration.ofSeconds(60),
                0,
                OpenVpnLimits.DEFAULT,
                TokenIssuer.NONE);
    }

    ServerTerms terms(boolean datagrams, int mtu) {
        return new ServerTerms(
                ciphers, require, pingSeconds, pingRestartSeconds, mtu, renegotiateAfter, handshakeWithin, datagrams);
    }
}
