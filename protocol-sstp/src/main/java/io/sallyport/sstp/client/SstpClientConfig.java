package io.sallyport.sstp.client;

import io.netty.handler.ssl.SslContext;
import io.sallyport.sstp.control.BindingHabit;
import io.sallyport.sstp.control.CallTerms;
import io.sallyport.sstp.ppp.PppLogin;
import io.sallyport.sstp.wire.HashProtocol;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;

/**
 * Where a client connects to and with what.
 *
 * @param tls a client's: its roots judge the server's certificate
 * @param name that the certificate must have, and that TLS and HTTP ask for
 * @param login whose secrets whoever made them closes when the connection is over
 * @param mru of this end
 * @param habit {@link BindingHabit#HONEST} unless an attack is wanted
 * @param connectWithin of TCP, TLS and HTTP, each
 */
public record SstpClientConfig(
        InetSocketAddress remote,
        SslContext tls,
        String name,
        PppLogin login,
        int mru,
        CallTerms terms,
        BindingHabit habit,
        Duration connectWithin) {
    public static final int DEFAULT_MRU = 1400;

    /** As an honest client with what is customary. */
    public static SstpClientConfig of(InetSocketAddress remote, SslContext tls, String name, PppLogin login) {
        return new SstpClientConfig(
                remote,
                tls,
                name,
                login,
                DEFAULT_MRU,
                terms(Set.of(HashProtocol.values())),
                BindingHabit.HONEST,
                Duration.ofSeconds(30));
    }

    public SstpClientConfig with(BindingHabit changed) {
        return new SstpClientConfig(remote, tls, name, login, mru, terms, changed, connectWithin);
    }

    public SstpClientConfig withMru(int octets) {
        return new SstpClientConfig(remote, tls, name, login, octets, terms, habit, connectWithin);
    }

    /** @param supported that the client chooses from */
    public SstpClientConfig with(Set<HashProtocol> supported) {
        return new SstpClientConfig(remote, tls, name, login, mru, terms(supported), habit, connectWithin);
    }

    private static CallTerms terms(Set<HashProtocol> supported) {
        return new CallTerms(supported, CallTerms.STANDARD, CallTerms.STANDARD, CallTerms.STANDARD);
    }
}
