package io.sallyport.core.auth;

import io.sallyport.core.octets.Secret;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The configured methods as one. */
public final class Authenticators {
    private Authenticators() {}

    /**
     * Asks the methods in this order. One that cannot judge a request, or does not know the user and password, leaves it to the
     * next; any other answer stands. {@link AuthRequest.Every} is taken apart here: no method sees it. The first method that
     * has to do with EAP decides of all EAP conversations: one that relays has them whole, one that ends them here shares them with all others that do, in this order.
     */
    public static Authenticator of(List<Authenticator> methods, FailureDamping damping) {
        return damping.around(new InOrder(List.copyOf(methods)));
    }

    private record InOrder(List<Authenticator> methods) implements Authenticator {
        @Override
        public AuthDecision authenticate(AuthRequest request) throws InterruptedException {
            return request instanceof AuthRequest.Every every ? every(every) : one(request);
        }

        @Override
        public EapConversation eap(ClientContext client) {
            for (Authenticator method : methods) {
                if (!method.eapMethods(client).isEmpty()) {
                    return EapServer.of(eapMethods(client));
                }
                EapConversation conversation = method.eap(client);
                if (!conversation.equals(EapConversation.REFUSING)) {
                    return conversation;
                }
            }
            return EapConversation.REFUSING;
        }

        @Override
        public List<EapMethod> eapMethods(ClientContext client) {
            return methods.stream()
                    .flatMap(method -> method.eapMethods(client).stream())
                    .toList();
        }

        private AuthDecision one(AuthRequest request) throws InterruptedException {
            AuthDecision answer = new AuthDecision.Reject(
                    RejectReason.METHOD_UNSUPPORTED, "no configured method judges " + kind(request));
            for (Authenticator method : methods) {
                AuthDecision decision = method.authenticate(request);
                if (!(decision instanceof AuthDecision.Reject reject)) {
                    return decision;
                }
                if (reject.reason() == RejectReason.METHOD_UNSUPPORTED) {
                    continue;
                }
                answer = decision;
                if (reject.reason() != RejectReason.BAD_CREDENTIALS) {
                    return answer;
                }
            }
            return answer;
        }

        private AuthDecision every(AuthRequest.Every request) throws InterruptedException {
            List<AuthDecision.Accept> accepted = new ArrayList<>();
            for (AuthRequest part : request.parts()) {
                AuthDecision decision = authenticate(part);
                if (!(decision instanceof AuthDecision.Accept accept)) {
                    accepted.forEach(each -> wipe(each.grant().keyingMaterial()));
                    return decision;
                }
                accepted.add(accept);
            }
            return accepted.reversed().stream()
                    .reduce(Authenticators::merge)
                    .<AuthDecision>map(each -> each)
                    .orElseGet(() -> new AuthDecision.Reject(
                            RejectReason.CREDENTIALS_MISSING, "the client brought no credentials at all"));
        }
    }

    private static AuthDecision.Accept merge(AuthDecision.Accept later, AuthDecision.Accept earlier) {
        Grant a = later.grant();
        Grant b = earlier.grant();
        if (a.keyingMaterial() != null) {
            wipe(b.keyingMaterial());
        }
        Grant merged = new Grant(
                a.user(),
                a.groups().isEmpty() ? b.groups() : a.groups(),
                first(a.thumbprint(), b.thumbprint()),
                first(a.ipv4(), b.ipv4()),
                first(a.ipv6(), b.ipv6()),
                first(a.pool(), b.pool()),
                a.framedRoutes().isEmpty() ? b.framedRoutes() : a.framedRoutes(),
                first(a.routes(), b.routes()),
                first(a.dns(), b.dns()),
                a.limits().equals(Grant.Limits.NONE) ? b.limits() : a.limits(),
                first(a.sessionTimeout(), b.sessionTimeout()),
                first(a.idleTimeout(), b.idleTimeout()),
                first(a.keyingMaterial(), b.keyingMaterial()),
                first(a.accountingClass(), b.accountingClass()),
                both(a.evidence(), b.evidence()));
        return new AuthDecision.Accept(merged, first(later.message(), earlier.message()));
    }

    /** What each part rests on: the whole falls with any of them. */
    private static Set<Evidence> both(Set<Evidence> a, Set<Evidence> b) {
        Set<Evidence> all = new HashSet<>(a);
        all.addAll(b);
        return all;
    }

    private static <T> @Nullable T first(@Nullable T later, @Nullable T earlier) {
        return later != null ? later : earlier;
    }

    private static void wipe(@Nullable Secret secret) {
        if (secret != null) {
            secret.close();
        }
    }

    private static String kind(AuthRequest request) {
        return switch (request) {
            case AuthRequest.Password _ -> "passwords";
            case AuthRequest.MsChapV2 _ -> "MS-CHAPv2";
            case AuthRequest.CertificateChain _ -> "certificates";
            case AuthRequest.BearerToken _ -> "tokens";
            case AuthRequest.Every _ -> "several credentials at once";
        };
    }
}
