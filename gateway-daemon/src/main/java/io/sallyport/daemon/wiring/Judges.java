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
import io.sallyport.core.eap.CertificateEap;
import io.sallyport.core.eap.TlsTasks;
import io.sallyport.core.tls.JudgedTls;
import io.sallyport.daemon.config.GatewayConfig;
import io.sallyport.daemon.config.GatewayConfig.Method;
import io.sallyport.daemon.pki.Pem;
import io.sallyport.daemon.pki.PemException;
import io.sallyport.sstp.server.SstpServer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The configured methods with all that decisions rest on, as it was read at one moment. Never changed, only replaced whole.
 *
 * @param roots named to clients; none when certificates are no method
 * @param eapTls with the gateway's certificate; null when certificates are no method
 * @param certificates null when certificates are no method
 * @param local null when local users are no method
 * @param methods of all protocols but SSTP
 * @param sstpMethods of what {@code protocols.sstp.require} leaves
 */
record Judges(
        GatewayConfig config,
        List<X509Certificate> roots,
        @Nullable JudgedTls eapTls,
        AuthFiles files,
        @Nullable CertificateAuthenticator certificates,
        @Nullable LocalUsers local,
        Authenticator methods,
        Authenticator sstpMethods) {

    /**
     * What outlives all that is read.
     *
     * @param tasks where EAP-TLS computes
     * @param clock by which passwords expire
     */
    record Lasting(
            Authenticator tokens, FailureDamping damping, SecureRandom random, TlsTasks tasks, InstantSource clock) {}

    /** Reads the roots of this configuration, and puts them and what the files said in force. */
    static Judges read(GatewayConfig config, AuthFiles files, Lasting lasting) throws StartException {
        if (!config.auth().methods().contains(Method.CERTIFICATE)) {
            return of(config, List.of(), null, files, lasting);
        }
        List<X509Certificate> roots = roots(config);
        return of(config, roots, ServerTls.of(config, roots), files, lasting);
    }

    /** The same with what the files say now. The roots and the gateway's certificate are not looked at: they are in no withdrawal's way. */
    Judges with(AuthFiles next, Lasting lasting) throws StartException {
        return of(config, roots, eapTls, next, lasting);
    }

    private static Judges of(
            GatewayConfig config,
            List<X509Certificate> roots,
            @Nullable JudgedTls eapTls,
            AuthFiles files,
            Lasting lasting)
            throws StartException {
        List<Method> wanted = config.auth().methods();
        CertificateAuthenticator certificates =
                wanted.contains(Method.CERTIFICATE) ? certificates(config, roots, files.listed()) : null;
        LocalUsers local = wanted.contains(Method.LOCAL)
                ? new LocalUsers(files.users(), lasting.damping(), lasting.random(), lasting.clock())
                : null;
        // Before passwords: a client that could do both is offered EAP-TLS.
        List<Authenticator> byCertificate = certificates == null || eapTls == null
                ? List.of()
                : List.of(new CertificateEap(certificates, eapTls, lasting.tasks()));
        List<Authenticator> byPassword = local == null ? List.of() : List.of(local);
        List<Authenticator> any = joined(byCertificate, byPassword);
        List<Authenticator> sstp = switch (config.protocols().sstp().require()) {
            case ANY -> any;
            case CERTIFICATE -> byCertificate;
            case PASSWORD -> byPassword;
        };
        return new Judges(
                config,
                roots,
                eapTls,
                files,
                certificates,
                local,
                // First, so that a token is never shown to another method.
                Authenticators.of(joined(List.of(lasting.tokens()), any), lasting.damping()),
                Authenticators.of(sstp, lasting.damping()));
    }

    private static List<Authenticator> joined(List<Authenticator> first, List<Authenticator> then) {
        return Stream.concat(first.stream(), then.stream()).toList();
    }

    /** What judges clients of this protocol. */
    Authenticator methods(String protocol) {
        return protocol.equals(SstpServer.PROTOCOL) ? sstpMethods : methods;
    }

    Set<String> listed() {
        return files.listed();
    }

    Map<String, LocalUser> users() {
        return files.users();
    }

    FileStamps stamps() {
        return files.stamps();
    }

    /** Whether what was accepted earlier would be accepted still: asked for every session when anything was withdrawn. */
    boolean holds(Grant grant) {
        return grant.evidence().stream().allMatch(each -> switch (each) {
            case Evidence.LocalAccount account -> local != null && local.holds(account);
            case Evidence.CertifiedPath path -> certificates != null && certificates.holds(path);
        });
    }

    /** Whether the passwords that a grant rests on have not expired since: what goes on goes on, but stands for them no more. */
    boolean passwordsCount(Grant grant) {
        return grant.evidence().stream().allMatch(each -> switch (each) {
            case Evidence.LocalAccount account -> local == null || !local.isPasswordExpired(account);
            case Evidence.CertifiedPath _ -> true;
        });
    }

    /** Whether the accounts that a grant rests on have the passwords that they had before. */
    boolean hasPasswordsOf(Judges before, Grant grant) {
        return grant.evidence().stream().allMatch(each -> switch (each) {
            case Evidence.LocalAccount(String name) -> {
                LocalUser was = before.users().get(name);
                LocalUser is = users().get(name);
                yield was != null
                        && is != null
                        && is.ntHash().matches(was.ntHash().expose());
            }
            case Evidence.CertifiedPath _ -> true;
        });
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
