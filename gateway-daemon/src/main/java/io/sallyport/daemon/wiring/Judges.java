package io.sallyport.daemon.wiring;

import io.sallyport.core.auth.Authenticator;
import io.sallyport.core.auth.Authenticators;
import io.sallyport.core.auth.CertificateAuthenticator;
import io.sallyport.core.auth.CertificateTrust;
import io.sallyport.core.auth.Evidence;
import io.sallyport.core.auth.FailureDamping;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.auth.LocalUser;
import io.sallyport.core.auth.LocalUsers;
import io.sallyport.daemon.config.GatewayConfig;
import io.sallyport.daemon.config.GatewayConfig.Method;
import io.sallyport.daemon.pki.Pem;
import io.sallyport.daemon.pki.PemException;
import io.sallyport.daemon.pki.RevocationList;
import io.sallyport.daemon.users.UsersException;
import io.sallyport.daemon.users.UsersFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The configured methods with all that decisions rest on, as it was read at one moment. Never changed, only replaced whole.
 *
 * @param roots named to clients, also where certificates are no method
 * @param listed what {@code cert revoke} has revoked; the configuration's own list comes on top
 * @param certificates null when certificates are no method
 * @param users by name; none when local users are no method
 * @param stamps of the files, from before they were read
 */
record Judges(
        GatewayConfig config,
        List<X509Certificate> roots,
        Set<String> listed,
        @Nullable CertificateAuthenticator certificates,
        Map<String, LocalUser> users,
        @Nullable LocalUsers local,
        Authenticator methods,
        FileStamps stamps) {

    /**
     * Reads it all.
     *
     * @param before what was known until now, null at the start
     * @param tokens in place of passwords; outlives what is read
     */
    static Judges read(
            GatewayConfig config,
            @Nullable Judges before,
            Authenticator tokens,
            FailureDamping damping,
            SecureRandom random)
            throws StartException {
        FileStamps stamps = FileStamps.of(config);
        List<Method> wanted = config.auth().methods();
        List<X509Certificate> roots = roots(config);
        Set<String> listed = listed(config, before);
        Map<String, LocalUser> users = wanted.contains(Method.LOCAL) ? users(config) : Map.of();
        CertificateAuthenticator certificates =
                wanted.contains(Method.CERTIFICATE) ? certificates(config, roots, listed) : null;
        LocalUsers local = wanted.contains(Method.LOCAL) ? new LocalUsers(users, damping, random) : null;
        List<Authenticator> chosen = new ArrayList<>();
        // First, so that a token is never shown to another method.
        chosen.add(tokens);
        if (certificates != null) {
            chosen.add(certificates);
        }
        if (local != null) {
            chosen.add(local);
        }
        Authenticator methods = Authenticators.of(chosen, damping);
        return new Judges(config, roots, listed, certificates, users, local, methods, stamps);
    }

    /** Whether what was accepted earlier would be accepted still: asked for every session when anything was withdrawn. */
    boolean holds(Grant grant) {
        return grant.evidence().stream().allMatch(each -> switch (each) {
            case Evidence.LocalAccount account -> local != null && local.holds(account);
            case Evidence.CertifiedPath path -> certificates != null && certificates.holds(path);
        });
    }

    /** Whether the accounts that a grant rests on have the passwords that they had before. */
    boolean hasPasswordsOf(Judges before, Grant grant) {
        return grant.evidence().stream().allMatch(each -> switch (each) {
            case Evidence.LocalAccount(String name) -> {
                LocalUser was = before.users.get(name);
                LocalUser is = users.get(name);
                yield was != null
                        && is != null
                        && is.ntHash().matches(was.ntHash().expose());
            }
            case Evidence.CertifiedPath _ -> true;
        });
    }

    private static Map<String, LocalUser> users(GatewayConfig config) throws StartException {
        Path file = config.auth().users();
        try {
            return file == null ? Map.of() : new UsersFile(file).read();
        } catch (UsersException e) {
            throw StartException.because(e);
        }
    }

    private static CertificateAuthenticator certificates(
            GatewayConfig config, List<X509Certificate> roots, Set<String> listed) throws StartException {
        List<String> revoked = new ArrayList<>(config.auth().revoked());
        revoked.addAll(listed);
        try {
            return new CertificateAuthenticator(CertificateTrust.of(roots, revoked), InstantSource.system());
        } catch (CertificateTrust.InvalidTrustException e) {
            throw StartException.because(e);
        }
    }

    /** A list that vanishes must not let in again whom it kept out. */
    private static Set<String> listed(GatewayConfig config, @Nullable Judges before) throws StartException {
        RevocationList revocations = new RevocationList(config.gateway().state());
        if (before != null && !before.listed.isEmpty() && !Files.exists(revocations.file())) {
            throw new StartException(revocations.file() + " is gone, which has revoked " + before.listed.size()
                    + " certificates; put it back, or make it empty to accept them again.");
        }
        try {
            return revocations.read();
        } catch (IOException e) {
            throw new StartException(
                    revocations.file() + " cannot be read; check its permissions and that it is text.");
        }
    }

    private static List<X509Certificate> roots(GatewayConfig config) throws StartException {
        List<X509Certificate> roots = new ArrayList<>();
        for (Path file : config.auth().roots()) {
            try {
                roots.addAll(Pem.certificates(file));
            } catch (PemException e) {
                throw new StartException(file + " " + e.getMessage() + ".");
            }
        }
        return List.copyOf(roots);
    }
}
