package io.sallyport.daemon.wiring;

import com.github.benmanes.caffeine.cache.Ticker;
import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.AuthTokens;
import io.sallyport.core.auth.Authenticator;
import io.sallyport.core.auth.Authenticators;
import io.sallyport.core.auth.CertificateAuthenticator;
import io.sallyport.core.auth.CertificateTrust;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.EapConversation;
import io.sallyport.core.auth.FailureDamping;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.auth.LocalUsers;
import io.sallyport.core.auth.TokenIssuer;
import io.sallyport.daemon.config.GatewayConfig;
import io.sallyport.daemon.config.GatewayConfig.Method;
import io.sallyport.daemon.pki.Pem;
import io.sallyport.daemon.pki.PemException;
import io.sallyport.daemon.pki.RevocationList;
import io.sallyport.daemon.users.UsersException;
import io.sallyport.daemon.users.UsersFile;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configured methods of authentication. The users' file and the list of revoked certificates are looked at before each decision and read again when they changed, so that
 * {@code sallyport user} and {@code sallyport cert revoke} count from the next login on without a reload.
 */
final class Authentication implements Authenticator {
    private static final Logger log = LoggerFactory.getLogger(Authentication.class);

    private static final Duration TOKEN_SLEEP = Duration.ofHours(2);

    private final CertificateAuthenticator certificates;
    private final LocalUsers users;
    private final AuthTokens tokens;
    private final Authenticator methods;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile Sources sources;

    /** What decisions rest on. */
    private record Sources(
            GatewayConfig config, RevocationList revocations, FileWatch usersFile, FileWatch revokedFile) {
        static Sources of(GatewayConfig config) {
            RevocationList revocations = new RevocationList(config.gateway().state());
            Path users = config.auth().users();
            return new Sources(
                    config,
                    revocations,
                    new FileWatch(users == null ? revocations.file() : users),
                    new FileWatch(revocations.file()));
        }
    }

    private Authentication(
            Sources sources, CertificateTrust trust, LocalUsers users, FailureDamping damping, SecureRandom random) {
        this.sources = sources;
        this.users = users;
        this.certificates = new CertificateAuthenticator(trust, InstantSource.system());
        this.tokens = new AuthTokens(
                tokenLifetime(sources.config), tokenIdle(sources.config), this::holds, random, Ticker.systemTicker());
        List<Authenticator> chosen = new ArrayList<>();
        // First, so that a token is never shown to another method.
        chosen.add(tokens);
        if (sources.config.auth().methods().contains(Method.CERTIFICATE)) {
            chosen.add(certificates);
        }
        if (sources.config.auth().methods().contains(Method.LOCAL)) {
            chosen.add(users);
        }
        this.methods = Authenticators.of(chosen, damping);
    }

    static Authentication of(GatewayConfig config, SecureRandom random) throws StartException {
        FailureDamping damping = new FailureDamping();
        Sources sources = Sources.of(config);
        LocalUsers users = new LocalUsers(Map.of(), damping, random);
        Authentication authentication = new Authentication(sources, trust(sources), users, damping, random);
        try {
            authentication.readUsers(sources);
        } catch (UsersException e) {
            throw StartException.because(e);
        }
        return authentication;
    }

    /** Roots, revocations and users as the new configuration names them, or all as before when one is wrong; the methods stay. */
    void reload(GatewayConfig config) throws StartException {
        Sources next = Sources.of(config);
        CertificateTrust trust = trust(next);
        reading.lock();
        try {
            readUsers(next);
            certificates.replace(trust);
            sources = next;
            tokens.replace(tokenLifetime(config), tokenIdle(config));
        } catch (UsersException e) {
            throw StartException.because(e);
        } finally {
            reading.unlock();
        }
    }

    /** What is given to clients that came in with a password. */
    TokenIssuer tokens() {
        return tokens;
    }

    /** Whether what was granted for a password still holds: its user is there. */
    private boolean holds(Grant grant) {
        refresh();
        return users.has(grant.user()) || !sources.config.auth().methods().contains(Method.LOCAL);
    }

    private static Duration tokenLifetime(GatewayConfig config) {
        return config.protocols().openvpn().authToken();
    }

    /** A connected client shows its token at each renegotiation; a computer may sleep for a while in between. */
    private static Duration tokenIdle(GatewayConfig config) {
        return config.protocols().openvpn().renegotiate().multipliedBy(2).plus(TOKEN_SLEEP);
    }

    /** What a server names to its clients. */
    List<X509Certificate> roots() throws StartException {
        return roots(sources.config);
    }

    @Override
    public AuthDecision authenticate(AuthRequest request) throws InterruptedException {
        refresh();
        return methods.authenticate(request);
    }

    @Override
    public EapConversation eap(ClientContext client) {
        refresh();
        return methods.eap(client);
    }

    /** Whoever comes while the files are read waits: nobody is judged by what was revoked before. */
    private void refresh() {
        reading.lock();
        try {
            Sources now = sources;
            now.revokedFile.ifChanged(() -> certificates.replace(trust(now)));
            now.usersFile.ifChanged(() -> readUsers(now));
        } catch (StartException | UsersException e) {
            log.error("{}; the gateway goes on with what it knew before", e.getMessage());
        } finally {
            reading.unlock();
        }
    }

    private void readUsers(Sources from) throws UsersException {
        Path file = from.config.auth().users();
        if (file != null && from.config.auth().methods().contains(Method.LOCAL)) {
            users.replace(new UsersFile(file).read());
        }
    }

    private static CertificateTrust trust(Sources from) throws StartException {
        try {
            List<String> revoked = new ArrayList<>(from.config.auth().revoked());
            revoked.addAll(from.revocations.read());
            return CertificateTrust.of(roots(from.config), revoked);
        } catch (IOException e) {
            throw new StartException(
                    from.revocations.file() + " cannot be read; check its permissions and that it is text");
        } catch (CertificateTrust.InvalidTrustException e) {
            throw StartException.because(e);
        }
    }

    private static List<X509Certificate> roots(GatewayConfig config) throws StartException {
        List<X509Certificate> roots = new ArrayList<>();
        try {
            for (Path file : config.auth().roots()) {
                roots.addAll(Pem.certificates(file));
            }
        } catch (PemException e) {
            throw StartException.because(e);
        }
        return roots;
    }
}
