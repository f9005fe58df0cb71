package io.sallyport.core.auth;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judges passwords, MS-CHAPv2 and EAP-MSCHAPv2 against the gateway's own users. A name that nobody has costs the same work as a
 * wrong password, and is answered alike. {@code DOMAIN\\user} is looked up as it is, then without its domain.
 *
 * <p>Wrong guesses are not counted here but in {@link FailureDamping}, which {@link Authenticators#of} puts around all methods;
 * only EAP-MSCHAPv2, which asks here by itself, brings its own.
 */
public final class LocalUsers implements Authenticator {
    private static final LocalUser NOBODY = nobody();

    private final SecureRandom random;
    private final InstantSource clock;
    private final FailureDamping damping;
    private final Map<String, LocalUser> users;

    /**
     * @param users by name
     * @param clock by which passwords expire
     */
    public LocalUsers(Map<String, LocalUser> users, FailureDamping damping, SecureRandom random, InstantSource clock) {
        this.users = Map.copyOf(users);
        this.damping = damping;
        this.random = random;
        this.clock = clock;
    }

    /** Whether a login with the account's password would be refused now for its age alone; the sessions that it opened before go on. */
    public boolean isPasswordExpired(Evidence.LocalAccount account) {
        LocalUser user = users.get(account.name());
        return user != null && user.isPasswordExpired(clock.instant());
    }

    /** Whether the account is still there and not disabled; a changed or expired password leaves its sessions alone. */
    public boolean holds(Evidence.LocalAccount account) {
        LocalUser user = users.get(account.name());
        return user != null && !user.disabled();
    }

    @Override
    public AuthDecision authenticate(AuthRequest request) {
        return switch (request) {
            case AuthRequest.Password password -> password(password);
            case AuthRequest.MsChapV2 response -> msChapV2(response);
            case AuthRequest.CertificateChain _, AuthRequest.BearerToken _, AuthRequest.Every _ ->
                new AuthDecision.Reject(RejectReason.METHOD_UNSUPPORTED, "local users have names and passwords only");
        };
    }

    @Override
    public List<EapMethod> eapMethods(ClientContext client) {
        return List.of(new EapMsChapV2(client, damping.around(this), random));
    }

    private AuthDecision password(AuthRequest.Password request) {
        if (request.state() != null) {
            return new AuthDecision.Reject(
                    RejectReason.METHOD_UNSUPPORTED, "local users are never asked a second question");
        }
        LocalUser user = find(request.user());
        boolean right;
        try (Secret hash = MsChapV2Hashes.ntHash(request.password())) {
            right = user.ntHash().matches(hash.expose());
        }
        AuthDecision.Reject refusal = refusal(user, right, request.user());
        return refusal != null ? refusal : new AuthDecision.Accept(grant(user, null));
    }

    private AuthDecision msChapV2(AuthRequest.MsChapV2 request) {
        LocalUser user = find(request.user());
        byte[] challengeHash =
                MsChapV2Hashes.challengeHash(request.peerChallenge(), request.authenticatorChallenge(), request.user());
        Octets expected = Octets.of(MsChapV2Hashes.ntResponse(challengeHash, user.ntHash()));
        AuthDecision.Reject refusal = refusal(user, expected.equals(request.ntResponse()), request.user());
        if (refusal != null) {
            // Without a message for the client: its protocol makes one, because it knows whether another try may
            // follow.
            return refusal;
        }
        Secret keys = MsChapV2Hashes.keyingMaterial(user.ntHash(), request.ntResponse());
        return new AuthDecision.Accept(
                grant(user, keys),
                MsChapV2Hashes.authenticatorResponse(user.ntHash(), request.ntResponse(), challengeHash));
    }

    private LocalUser find(String name) {
        LocalUser withDomain = users.get(name);
        LocalUser without = users.get(MsChapV2Hashes.withoutDomain(name));
        return withDomain != null ? withDomain : without != null ? without : NOBODY;
    }

    /** Only who knows the password learns that the account is disabled, or that the password has expired. */
    private AuthDecision.@Nullable Reject refusal(LocalUser user, boolean right, String asked) {
        if (!right || user.equals(NOBODY)) {
            String detail = user.equals(NOBODY) ? "no local user has the name \"" : "wrong password for local user \"";
            return new AuthDecision.Reject(RejectReason.BAD_CREDENTIALS, detail + Printable.of(asked) + "\"");
        }
        if (user.disabled()) {
            return new AuthDecision.Reject(
                    RejectReason.ACCOUNT_DISABLED, "local user \"" + user.name() + "\" is disabled");
        }
        if (user.isPasswordExpired(clock.instant())) {
            return new AuthDecision.Reject(
                    RejectReason.PASSWORD_EXPIRED,
                    "the password of local user \"" + user.name() + "\" expired on " + user.passwordExpires());
        }
        return null;
    }

    private static Grant grant(LocalUser user, @Nullable Secret keys) {
        Grant bare = Grant.of(user.name());
        return new Grant(
                user.name(),
                user.groups(),
                null,
                user.ipv4(),
                null,
                null,
                bare.framedRoutes(),
                null,
                null,
                bare.limits(),
                null,
                null,
                keys,
                null,
                Set.of(new Evidence.LocalAccount(user.name())));
    }

    private static LocalUser nobody() {
        byte[] hash = new byte[MsChapV2Hashes.NT_HASH_OCTETS];
        new SecureRandom().nextBytes(hash);
        return new LocalUser("", Secret.taking(hash), true, Set.of(), null);
    }
}
