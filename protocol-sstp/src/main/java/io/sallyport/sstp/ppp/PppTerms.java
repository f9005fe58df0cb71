package io.sallyport.sstp.ppp;

import java.time.Duration;
import java.util.List;

/**
 * What a server offers and asks for.
 *
 * @param authentication acceptable, in the order of preference; at least one
 * @param serverName sent in CHAP challenges
 * @param mru what we can receive, RFC 1661 §6.1, and the most that we send whatever the client can receive
 * @param retry from one Configure-Request to the next (RFC 1661 §4.6, Restart timer)
 * @param maxConfigure Configure-Requests without an agreement, of ours or the client's, in one phase
 * @param authenticateWithin from LCP's opening to the client's answer; the time that the authenticator takes does not count
 * @param echoEvery silence of the client after which it gets an LCP Echo-Request; zero for never (SSTP has an echo of its own)
 * @param maxEchoes without an answer before the link ends
 * @param maxPasswords tries of MS-CHAPv2, the first included
 */
public record PppTerms(
        List<AuthProtocol> authentication,
        String serverName,
        int mru,
        Duration retry,
        int maxConfigure,
        Duration authenticateWithin,
        Duration echoEvery,
        int maxEchoes,
        int maxPasswords) {
    public PppTerms {
        authentication = List.copyOf(authentication);
        if (authentication.isEmpty()) {
            throw new IllegalArgumentException("no way of authentication");
        }
    }

    /** With what is customary: RFC 1661's timers, an MRU that fits into one TLS record and TCP segment of Ethernet. */
    public static PppTerms of(List<AuthProtocol> authentication, String serverName, int mru) {
        return new PppTerms(
                authentication,
                serverName,
                mru,
                Duration.ofSeconds(3),
                20,
                Duration.ofSeconds(60),
                Duration.ZERO,
                3,
                3);
    }
}
