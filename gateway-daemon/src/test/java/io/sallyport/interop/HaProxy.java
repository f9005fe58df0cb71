package io.sallyport.interop;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * Debian's haproxy before the gateway, in the namespace of client 3. It passes TCP on as it is on two ports, with either
 * version of the PROXY header, and ends TLS on a third with a certificate of its own.
 */
final class HaProxy extends Running {
    static final int PASSES_V2 = 443;
    static final int PASSES_V1 = 444;
    static final int TERMINATES = 8443;
    /** Where the gateway takes what the proxy has ended TLS of. */
    static final int TERMINATED = 8443;

    private static final int CLIENT = 3;
    static final String ADDRESS = Lab.clientAddress(CLIENT);
    static final String ADDRESS_6 = Lab.clientAddress6(CLIENT);

    /**
     * Keeps a connection for a moment before it is passed on or TLS begins: sstpc 1.0.18 gives up, without a word of SSTP, when all that it has to
     * read in the TLS handshake is there as soon as it looks, as is likely on one host and unlikely across a network.
     */
    private static final String LATER = "tcp-request inspect-delay 30ms\n    tcp-request content accept if WAIT_END";

    private static final Duration START = Duration.ofSeconds(20);

    private HaProxy(Lab lab, Path configuration) {
        super(lab, "haproxy", where(lab).command(List.of("haproxy", "-db", "-f", configuration.toString())));
    }

    /** The proxy's own namespace. */
    static Namespace where(Lab lab) {
        return lab.client(CLIENT);
    }

    /** Starts and waits until it listens; it shows {@code shown} where it ends TLS. */
    static HaProxy run(Lab lab, Credentials shown) {
        Path pem = lab.write("haproxy.pem", shown.certificate() + shown.key());
        HaProxy proxy = new HaProxy(lab, lab.write("haproxy.cfg", configuration(pem)));
        Awaitility.await("haproxy listens").atMost(START).until(() -> !proxy.alive() || listens(lab));
        if (!proxy.alive()) {
            throw new AssertionError("haproxy ended: " + proxy.log());
        }
        return proxy;
    }

    private static boolean listens(Lab lab) {
        return where(lab).run("ss", "-Hltn").orFail().out().contains(":" + TERMINATES);
    }

    private static String configuration(Path pem) {
        return """
            global
                log stdout format raw local0
            defaults
                mode tcp
                log global
                option tcplog
                timeout connect 10s
                timeout client 1m
                timeout server 1m
                timeout tunnel 1h
            listen passes-v2
                bind :::%1$d v4v6
                %7$s
                server gateway %5$s:443 send-proxy-v2
            listen passes-v1
                bind :::%2$d v4v6
                %7$s
                server gateway %5$s:443 send-proxy
            listen later-terminates
                bind :::%3$d v4v6
                %7$s
                server terminates abns@terminates send-proxy-v2
            listen terminates
                bind abns@terminates accept-proxy ssl crt %6$s
                server gateway %5$s:%4$d send-proxy-v2 proxy-v2-options ssl,authority,crc32c
            """.formatted(PASSES_V2, PASSES_V1, TERMINATES, TERMINATED, Lab.GATEWAY, pem, LATER);
    }
}
