package io.sallyport.core.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.sallyport.core.octets.Octets;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Slows the guessing of passwords: after so many wrong ones for one name from one source, further ones are refused unseen until
 * the time since the first is over. Nobody is locked out from another source; an IPv6 source is a /64. Bounded: when too many
 * pairs are watched, the least used are forgotten.
 */
public final class FailureDamping {
    private static final int MOST_PAIRS = 20_000;
    /** Guesses under way at once, beyond the failures still allowed: many devices of one user may come at the same moment. */
    private static final int MOST_PENDING = 32;

    private record Pair(String user, Octets source) {}

    private static final class Attempts {
        private int failures;
        private int pending;
    }

    private final int limit;
    private final Duration time;
    private final Cache<Pair, Attempts> watched;

    /** Ten failures in a minute. */
    public FailureDamping() {
        this(10, Duration.ofMinutes(1), Ticker.systemTicker());
    }

    /** @param nanos a clock that only goes forward */
    public FailureDamping(int limit, Duration time, Ticker nanos) {
        this.limit = limit;
        this.time = time;
        // Written once, when the pair first fails: the time runs from there.
        watched = Caffeine.newBuilder()
                .maximumSize(MOST_PAIRS)
                .expireAfterWrite(time)
                .ticker(nanos)
                .build();
    }

    /** The same authenticator, asked only while there were not too many failures. Its EAP methods are not watched: each watches what it asks. */
    public Authenticator around(Authenticator authenticator) {
        return new Authenticator() {
            @Override
            public AuthDecision authenticate(AuthRequest request) throws InterruptedException {
                return damped(request, authenticator);
            }

            @Override
            public EapConversation eap(ClientContext client) {
                return authenticator.eap(client);
            }

            @Override
            public List<EapMethod> eapMethods(ClientContext client) {
                return authenticator.eapMethods(client);
            }
        };
    }

    private AuthDecision damped(AuthRequest request, Authenticator authenticator) throws InterruptedException {
        String user = userOf(request);
        if (user == null) {
            return authenticator.authenticate(request);
        }
        Pair pair = new Pair(shortened(user), source(request.client()));
        Attempts attempts = watched.get(pair, _ -> new Attempts());
        if (!begin(attempts)) {
            return new AuthDecision.Reject(
                    RejectReason.TOO_BUSY,
                    "more than " + limit + " failed attempts in " + time.toSeconds() + " s for \"" + Printable.of(user)
                            + "\" from this source");
        }
        boolean failed = false;
        try {
            AuthDecision decision = authenticator.authenticate(request);
            failed = decision instanceof AuthDecision.Reject reject && reject.reason() == RejectReason.BAD_CREDENTIALS;
            if (decision instanceof AuthDecision.Accept) {
                watched.invalidate(pair);
            }
            return decision;
        } finally {
            end(attempts, failed);
        }
    }

    private boolean begin(Attempts attempts) {
        synchronized (attempts) {
            if (attempts.failures >= limit || attempts.pending >= MOST_PENDING) {
                return false;
            }
            attempts.pending++;
            return true;
        }
    }

    private static void end(Attempts attempts, boolean failed) {
        synchronized (attempts) {
            attempts.pending--;
            attempts.failures += failed ? 1 : 0;
        }
    }

    /** Whose secret is being guessed, or null where nothing can be guessed. */
    private static @Nullable String userOf(AuthRequest request) {
        return switch (request) {
            case AuthRequest.Password password -> password.user();
            case AuthRequest.MsChapV2 response -> response.user();
            case AuthRequest.CertificateChain _, AuthRequest.BearerToken _ -> null;
            case AuthRequest.Every every ->
                every.parts().stream()
                        .map(FailureDamping::userOf)
                        .filter(user -> user != null)
                        .reduce((_, last) -> last)
                        .orElse(null);
        };
    }

    private static String shortened(String user) {
        String name = MsChapV2Hashes.withoutDomain(user);
        return name.substring(0, Math.min(name.length(), 256));
    }

    private static Octets source(ClientContext client) {
        InetAddress address = client.outerAddress().getAddress();
        if (address == null) {
            return Octets.EMPTY;
        }
        byte[] octets = address.getAddress();
        return Octets.of(address instanceof Inet6Address ? Arrays.copyOf(octets, 8) : octets);
    }
}
