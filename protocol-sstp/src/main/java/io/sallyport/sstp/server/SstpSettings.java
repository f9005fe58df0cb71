package io.sallyport.sstp.server;

import io.sallyport.sstp.control.CallTerms;
import io.sallyport.sstp.ppp.AuthProtocol;
import io.sallyport.sstp.ppp.PppTerms;
import io.sallyport.sstp.wire.HashProtocol;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;

/**
 * What may change while the server runs; connections that are there keep what they began with.
 *
 * @param authentication ways that are offered, in the order of preference
 * @param serverName sent in CHAP challenges
 * @param mru the largest IP packet, both ways, unless the client takes only smaller ones
 * @param sha1 whether the crypto binding may rest on SHA-1, which old clients ask for
 * @param requestWithin from the HTTP head to an acceptable Call Connect Request
 * @param connectedWithin from there to Call Connected and the authentication's end: longer than a RADIUS server may take
 * @param helloAfter silence after which the client is asked whether it is there
 */
public record SstpSettings(
        List<AuthProtocol> authentication,
        String serverName,
        int mru,
        boolean sha1,
        Duration requestWithin,
        Duration connectedWithin,
        Duration helloAfter,
        SstpLimits limits) {
    /** What fits into one TCP segment of Ethernet without TCP options, with one TLS 1.2 record (AES-GCM) and the headers of SSTP and PPP. */
    public static final int MAX_MRU = 1452;
    /** IPv6 needs 1280 (RFC 8200 §5); below it IPv4 is no use either. */
    public static final int MIN_MRU = 1280;

    public SstpSettings {
        authentication = List.copyOf(authentication);
        if (authentication.isEmpty()) {
            throw new IllegalArgumentException("no way of authentication");
        }
        if (mru < MIN_MRU || mru > MAX_MRU) {
            throw new IllegalArgumentException("the MRU must be " + MIN_MRU + " to " + MAX_MRU);
        }
    }

    /** The usual, with these ways of authentication. */
    public static SstpSettings standard(List<AuthProtocol> authentication) {
        return new SstpSettings(
                authentication,
                "vpn",
                MAX_MRU,
                true,
                Duration.ofSeconds(10),
                CallTerms.STANDARD,
                CallTerms.STANDARD,
                SstpLimits.DEFAULT);
    }

    public SstpSettings withLimits(SstpLimits changed) {
        return new SstpSettings(
                authentication, serverName, mru, sha1, requestWithin, connectedWithin, helloAfter, changed);
    }

    /** @param hello see {@link #helloAfter} */
    public SstpSettings withTimers(Duration request, Duration connected, Duration hello) {
        return new SstpSettings(authentication, serverName, mru, sha1, request, connected, hello, limits);
    }

    public SstpSettings withSha1(boolean allowed) {
        return new SstpSettings(
                authentication, serverName, mru, allowed, requestWithin, connectedWithin, helloAfter, limits);
    }

    CallTerms callTerms() {
        EnumSet<HashProtocol> offered = EnumSet.of(HashProtocol.SHA256);
        if (sha1) {
            offered.add(HashProtocol.SHA1);
        }
        return new CallTerms(offered, requestWithin, connectedWithin, helloAfter);
    }

    PppTerms pppTerms(int networkMtu) {
        return PppTerms.of(authentication, serverName, Math.min(mru, networkMtu));
    }
}
