package io.sallyport.openvpn.control;

import io.sallyport.core.tls.JsseTls;
import io.sallyport.core.tls.TestPki;
import io.sallyport.core.tls.TlsCredentials;
import io.sallyport.core.tls.TlsSettings;
import io.sallyport.core.tls.TlsSettings.Versions;
import io.sallyport.openvpn.control.ServerTerms.Require;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Servers and clients of one authority. */
final class Ends {
    /** The usual ones, with time enough for the last retransmission. */
    static final ServerTerms PATIENT_SERVER = new ServerTerms(
            ServerTerms.ALL_CIPHERS, Require.ANY, 10, 60, 1400, Duration.ofHours(1), Duration.ofMinutes(5), true);

    static final ClientTerms PATIENT_CLIENT = new ClientTerms(
            ServerTerms.ALL_CIPHERS,
            "",
            null,
            ClientTerms.USUAL_PROTOCOLS,
            null,
            Duration.ZERO,
            Duration.ofMinutes(5),
            true);

    private final TestPki pki;
    private final TlsCredentials gateway;
    private final Map<String, TlsCredentials> clients = new HashMap<>();

    Ends(TestPki.Keys keys) {
        pki = new TestPki(keys);
        gateway = pki.server("vpn.example.test");
    }

    static ClientTerms terms() {
        return ClientTerms.standard("", null, true);
    }

    ServerEnd server(Wire wire, ServerTerms terms, Versions versions) {
        try {
            return new ServerEnd(
                    wire, terms, JsseTls.server(new TlsSettings(versions, gateway, List.of(pki.root()), true, null)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @param name whose certificate it has, or null for none */
    ClientEnd client(Wire wire, ClientTerms terms, Versions versions, @Nullable String name, ServerEnd server) {
        return new ClientEnd(wire, terms, clientTls(versions, name), server);
    }

    JsseTls clientTls(Versions versions, @Nullable String name) {
        TlsCredentials credentials = name == null ? null : clients.computeIfAbsent(name, pki::client);
        try {
            return JsseTls.client(
                    new TlsSettings(versions, credentials, List.of(pki.root()), false, "vpn.example.test"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
