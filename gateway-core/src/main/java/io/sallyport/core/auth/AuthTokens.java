package io.sallyport.core.auth;

import com.github.benmanes.caffeine.cache.Ticker;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Tokens in place of passwords: 256 random bits, of which only a keyed hash is kept, with what was granted for the password. They live in this process: after a restart none counts, and
 * clients ask their users again. Bounded in number (in all and for each user) and in time (in all and without use).
 *
 * <p>What has the form of a token is judged here alone, whatever becomes of it: it is nobody's password, so an old one is neither shown to another method nor counted as a guess,
 * and 256 bits cannot be guessed. The answer is the same for every token that does not count, whoever brings it.
 */
public final class AuthTokens implements Authenticator, TokenIssuer {
    private static final String PREFIX = "SPT1-";
    private static final int TOKEN_OCTETS = 32;
    private static final int TOKEN_LENGTH = PREFIX.length() + 2 * TOKEN_OCTETS;
    private static final int MOST_TOKENS = 65_536;
    private static final int MOST_OF_USER = 32;
    private static final long SWEEP_NANOS = 60_000_000_000L;
    private static final String MAC = "HmacSHA256";
    private static final AuthDecision.Reject EXPIRED = new AuthDecision.Reject(
            RejectReason.TOKEN_EXPIRED, "the token is expired, revoked, of before a restart, or another user's");

    private static final class Held {
        private final String user;
        private final Grant grant;
        private final long until;
        private long unusedUntil;

        Held(String user, Grant grant, long until) {
            this.user = user;
            this.grant = grant;
            this.until = until;
        }
    }

    private final SecureRandom random;
    private final Predicate<Grant> acceptable;
    private final Ticker nanos;
    private final SecretKeySpec key;
    /** In the order of issue. */
    private final LinkedHashMap<Octets, Held> tokens = new LinkedHashMap<>();

    private final Map<String, Deque<Octets>> byUser = new HashMap<>();
    private long sweptAt;
    private Duration lifetime;
    private Duration idle;

    /**
     * @param lifetime of a token, zero for none; less where the grant ends a session earlier
     * @param idle after so long without use a token counts no more
     * @param acceptable whether what was granted still holds: its user is there, its certificate is not revoked. Asked each time that a token is brought, on the thread of {@link #authenticate}
     * @param nanos a clock that only goes forward
     */
    public AuthTokens(
            Duration lifetime, Duration idle, Predicate<Grant> acceptable, SecureRandom random, Ticker nanos) {
        this.lifetime = lifetime;
        this.idle = idle;
        this.acceptable = acceptable;
        this.random = random;
        this.nanos = nanos;
        this.sweptAt = nanos.read();
        byte[] octets = new byte[TOKEN_OCTETS];
        random.nextBytes(octets);
        key = new SecretKeySpec(octets, MAC);
        Arrays.fill(octets, (byte) 0);
    }

    /** For tokens that are issued from now on; a lifetime of zero ends those that there are, too. */
    public synchronized void replace(Duration newLifetime, Duration newIdle) {
        lifetime = newLifetime;
        idle = newIdle;
        if (lifetime.isZero()) {
            tokens.clear();
            byUser.clear();
        }
    }

    @Override
    public AuthDecision authenticate(AuthRequest request) {
        if (!(request instanceof AuthRequest.Password password)) {
            return new AuthDecision.Reject(RejectReason.METHOD_UNSUPPORTED, "tokens come as passwords only");
        }
        Octets token = find(password.password());
        if (token == null) {
            return new AuthDecision.Reject(RejectReason.METHOD_UNSUPPORTED, "this password is no token");
        }
        Grant grant = use(token, password.user());
        if (grant == null) {
            return EXPIRED;
        }
        if (!acceptable.test(grant)) {
            revoke(token);
            return EXPIRED;
        }
        // The certificate that it came with is judged by itself each time, and may have been renewed.
        return new AuthDecision.Accept(grant.withoutSecrets().withoutCertificate());
    }

    private synchronized @Nullable Grant use(Octets token, String user) {
        Held held = tokens.get(token);
        long now = nanos.read();
        if (held == null || !held.user.equals(user) || expired(held, now)) {
            return null;
        }
        held.unusedUntil = now + idle.toNanos();
        return held.grant;
    }

    @Override
    public synchronized @Nullable Issued issue(String user, Grant grant) {
        if (lifetime.isZero()) {
            return null;
        }
        makeRoom(user);
        byte[] octets = new byte[TOKEN_OCTETS];
        random.nextBytes(octets);
        String text = PREFIX + HexFormat.of().formatHex(octets);
        Arrays.fill(octets, (byte) 0);
        long now = nanos.read();
        Duration session = grant.sessionTimeout();
        Duration most = session == null || session.compareTo(lifetime) > 0 ? lifetime : session;
        Held held = new Held(user, grant.withoutSecrets(), now + most.toNanos());
        held.unusedUntil = now + idle.toNanos();
        Octets token = hash(text.getBytes(StandardCharsets.US_ASCII));
        tokens.put(token, held);
        byUser.computeIfAbsent(user, _ -> new ArrayDeque<>()).add(token);
        return new Issued(text, token);
    }

    @Override
    public @Nullable Octets find(Secret password) {
        byte[] octets = password.expose();
        if (octets.length != TOKEN_LENGTH) {
            return null;
        }
        for (int i = 0; i < TOKEN_LENGTH; i++) {
            byte b = octets[i];
            boolean fits =
                    i < PREFIX.length() ? b == PREFIX.charAt(i) : (b >= '0' && b <= '9') || (b >= 'a' && b <= 'f');
            if (!fits) {
                return null;
            }
        }
        return hash(octets);
    }

    @Override
    public synchronized void revoke(Octets token) {
        forget(token);
    }

    /** From now on those do not count whose grant fits: for whoever withdraws what was granted. */
    public synchronized void revokeWhere(Predicate<Grant> which) {
        List.copyOf(tokens.entrySet()).stream()
                .filter(each -> which.test(each.getValue().grant))
                .forEach(each -> forget(each.getKey()));
    }

    /** How many are kept. */
    public synchronized int count() {
        return tokens.size();
    }

    /** Forgets what has expired, now and then, this user's oldest beyond its share, and the oldest of all. */
    private void makeRoom(String user) {
        long now = nanos.read();
        if (now - sweptAt >= SWEEP_NANOS) {
            sweptAt = now;
            List.copyOf(tokens.entrySet()).stream()
                    .filter(each -> expired(each.getValue(), now))
                    .forEach(each -> forget(each.getKey()));
        }
        Deque<Octets> own = byUser.get(user);
        if (own != null && own.size() >= MOST_OF_USER) {
            forget(own.getFirst());
        }
        if (tokens.size() >= MOST_TOKENS) {
            forget(tokens.firstEntry().getKey());
        }
    }

    private void forget(Octets token) {
        Held held = tokens.remove(token);
        if (held == null) {
            return;
        }
        Deque<Octets> own = byUser.get(held.user);
        if (own != null && own.remove(token) && own.isEmpty()) {
            byUser.remove(held.user);
        }
    }

    private static boolean expired(Held held, long now) {
        return now - held.until >= 0 || now - held.unusedUntil >= 0;
    }

    private Octets hash(byte[] text) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            return Octets.of(mac.doFinal(text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
