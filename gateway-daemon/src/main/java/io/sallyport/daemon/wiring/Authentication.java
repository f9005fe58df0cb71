package io.sallyport.daemon.wiring;

import com.github.benmanes.caffeine.cache.Ticker;
import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.AuthTokens;
import io.sallyport.core.auth.Authenticator;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.EapConversation;
import io.sallyport.core.auth.EapMethod;
import io.sallyport.core.auth.FailureDamping;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.auth.TokenIssuer;
import io.sallyport.core.eap.TlsTasks;
import io.sallyport.core.worker.Compute;
import io.sallyport.daemon.config.GatewayConfig;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configured methods of authentication. The users' file and the list of revoked certificates are looked at before
 * each decision and read again when they changed, so that an edited file counts from the next login on without a reload.
 * A file that is wrong, being written or unreadable changes nothing: the gateway goes on with what it knew from it
 * before, and takes the other.
 */
final class Authentication implements Authenticator {
    private static final Logger log = LoggerFactory.getLogger(Authentication.class);

    /** A connected client shows its token at each renegotiation; a computer may sleep for a while in between. */
    private static final Duration TOKEN_SLEEP = Duration.ofHours(2);

    private final AuthTokens tokens;
    private final Judges.Lasting lasting;
    private final Function<GatewayConfig, FileStamps> stamping;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile Judges judges;
    private volatile Runnable revoked = () -> {};
    private volatile @Nullable Compute compute;
    /** What was complained of last; said once. */
    private List<String> complaints = List.of();

    private Authentication(
            GatewayConfig config,
            SecureRandom random,
            Function<GatewayConfig, FileStamps> stamping,
            InstantSource clock)
            throws StartException {
        this.stamping = stamping;
        // It is not asked before somebody brings a token, and nobody does before there are judges.
        this.tokens = new AuthTokens(
                tokenLifetime(config), tokenIdle(config), this::countsStill, random, Ticker.systemTicker());
        this.lasting = new Judges.Lasting(tokens, new FailureDamping(), random, TlsTasks.in(() -> compute), clock);
        AuthFiles files = AuthFiles.read(config, null, stamping).orRefuse();
        this.judges = Judges.read(config, files, lasting);
    }

    static Authentication of(GatewayConfig config, SecureRandom random) throws StartException {
        return of(config, random, FileStamps::of, InstantSource.system());
    }

    /**
     * @param stamping how changes of the files are seen
     * @param clock by which passwords expire
     */
    static Authentication of(
            GatewayConfig config,
            SecureRandom random,
            Function<GatewayConfig, FileStamps> stamping,
            InstantSource clock)
            throws StartException {
        return new Authentication(config, random, stamping, clock);
    }

    /** @param sweep run whenever the list of revoked certificates was found changed, on the thread of who found it */
    void whenRevoked(Runnable sweep) {
        revoked = sweep;
    }

    /** @param pool where EAP-TLS computes from now on */
    void computeIn(Compute pool) {
        compute = pool;
    }

    /** Everything as this configuration names it, read now and whole; nothing counts before {@link #install}. */
    Judges read(GatewayConfig config) throws StartException {
        return Judges.read(
                config, AuthFiles.read(config, judges.files(), stamping).orRefuse(), lasting);
    }

    /** The files alone, each as far as it can be used; nothing counts before {@link #install}. */
    Judges readFiles() throws StartException {
        Judges now = judges;
        return now.with(AuthFiles.read(now.config(), now.files(), stamping), lasting);
    }

    /** From the next decision on, and for {@link #holds} at once. */
    void install(Judges next) {
        reading.lock();
        try {
            Judges before = judges;
            judges = next;
            complaints = next.files().complaints();
            tokens.replace(tokenLifetime(next.config()), tokenIdle(next.config()));
            // Now, and not when it is brought: the name may be another person's by then.
            tokens.revokeWhere(grant -> !next.holds(grant) || !next.hasPasswordsOf(before, grant));
        } finally {
            reading.unlock();
        }
    }

    Judges judges() {
        return judges;
    }

    /** Whether what was granted stands still: no certificate of it revoked, no user removed or disabled, no root or method taken away. From any thread, without waiting. */
    boolean holds(Grant grant) {
        return judges.holds(grant);
    }

    /** Whether a token may stand for what was granted. */
    private boolean countsStill(Grant grant) {
        Judges now = judges;
        return now.holds(grant) && now.passwordsCount(grant);
    }

    /** From now on the user's password is wanted. */
    void endTokens(String user) {
        tokens.revokeWhere(grant -> grant.user().equals(user));
    }

    /** How many tokens there are. */
    int tokenCount() {
        return tokens.count();
    }

    /** What is given to clients that came in with a password. */
    TokenIssuer tokens() {
        return tokens;
    }

    private static Duration tokenLifetime(GatewayConfig config) {
        return config.protocols().openvpn().authToken();
    }

    private static Duration tokenIdle(GatewayConfig config) {
        return config.protocols().openvpn().renegotiate().multipliedBy(2).plus(TOKEN_SLEEP);
    }

    /** What a server names to its clients. */
    List<X509Certificate> roots() {
        return judges.roots();
    }

    @Override
    public AuthDecision authenticate(AuthRequest request) throws InterruptedException {
        refresh();
        return judges.methods(request.client().protocol()).authenticate(request);
    }

    @Override
    public EapConversation eap(ClientContext client) {
        refresh();
        return judges.methods(client.protocol()).eap(client);
    }

    @Override
    public List<EapMethod> eapMethods(ClientContext client) {
        refresh();
        return judges.methods(client.protocol()).eapMethods(client);
    }

    /**
     * Looks at the files: before each decision, and now and then, so that a list that is lost and begun anew was seen
     * to be gone. Whoever comes while they are read waits: nobody is judged by what was revoked before.
     */
    void refresh() {
        boolean others;
        reading.lock();
        try {
            others = look();
        } finally {
            reading.unlock();
        }
        if (others) {
            revoked.run();
        }
    }

    /** Whether other certificates are revoked now. */
    private boolean look() {
        Judges now = judges;
        if (stamping.apply(now.config()).equals(now.stamps())) {
            return false;
        }
        List<String> said = complaints;
        try {
            Judges next = readFiles();
            // What could not be used has the stamp from before: the next login looks again.
            if (!next.stamps().equals(now.stamps())) {
                install(next);
            }
            complain(said, next.files().complaints());
            return !next.listed().equals(now.listed());
        } catch (StartException e) {
            complain(said, List.of(String.valueOf(e.getMessage())));
            return false;
        }
    }

    private void complain(List<String> said, List<String> sentences) {
        complaints = sentences;
        sentences.stream()
                .filter(sentence -> !said.contains(sentence))
                .forEach(sentence -> log.error("{} The gateway goes on with what it knew before.", sentence));
    }
}
