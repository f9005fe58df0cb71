package io.sallyport.daemon.config;

import io.sallyport.core.crypto.CipherUnavailableException;
import io.sallyport.core.crypto.OpenSslPacketCiphers;
import io.sallyport.daemon.config.GatewayConfig.CryptoProvider;
import java.util.Map;

/** Whether this host has the ciphers that are asked for. */
final class CipherChecks {
    private final GatewayConfig config;
    private final Findings findings;
    private final Map<String, Position> places;
    private final Library openSsl;

    /** One that may be absent. */
    interface Library {
        void load() throws CipherUnavailableException;
    }

    CipherChecks(GatewayConfig config, Findings findings, Map<String, Position> places) {
        this(config, findings, places, OpenSslPacketCiphers::load);
    }

    CipherChecks(GatewayConfig config, Findings findings, Map<String, Position> places, Library openSsl) {
        this.config = config;
        this.findings = findings;
        this.places = places;
        this.openSsl = openSsl;
    }

    void check() {
        if (config.crypto() != CryptoProvider.OPENSSL) {
            return;
        }
        try {
            openSsl.load();
        } catch (CipherUnavailableException e) {
            findings.mistake(places.getOrDefault("crypto.provider", Position.START), String.valueOf(e.getMessage()));
        }
    }
}
