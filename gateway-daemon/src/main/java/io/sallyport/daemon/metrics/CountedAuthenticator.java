package io.sallyport.daemon.metrics;

import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.Authenticator;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.EapConversation;
import io.sallyport.core.auth.EapMethod;
import io.sallyport.core.octets.Octets;
import java.util.List;
import java.util.stream.Collectors;

/** Counts what another one decides, by protocol, method and outcome. */
public record CountedAuthenticator(Authenticator judge, GatewayMetrics metrics) implements Authenticator {
    private static final String ACCEPTED = "accepted";

    @Override
    public AuthDecision authenticate(AuthRequest request) throws InterruptedException {
        AuthDecision decision = judge.authenticate(request);
        metrics.authentication(request.client().protocol(), method(request), outcome(decision));
        return decision;
    }

    @Override
    public EapConversation eap(ClientContext client) {
        EapConversation conversation = judge.eap(client);
        return new EapConversation() {
            @Override
            public Step receive(Octets response) throws InterruptedException {
                Step step = conversation.receive(response);
                switch (step) {
                    case Step.Request _ -> {}
                    case Step.Success _ -> metrics.authentication(client.protocol(), "eap", ACCEPTED);
                    case Step.Failure failure ->
                        metrics.authentication(
                                client.protocol(),
                                "eap",
                                failure.reject().reason().name());
                }
                return step;
            }

            @Override
            public void close() {
                conversation.close();
            }
        };
    }

    @Override
    public List<EapMethod> eapMethods(ClientContext client) {
        return judge.eapMethods(client);
    }

    /** One of few: a request has at most one part of a kind. */
    private static String method(AuthRequest request) {
        return switch (request) {
            case AuthRequest.Password _ -> "password";
            case AuthRequest.MsChapV2 _ -> "mschapv2";
            case AuthRequest.CertificateChain _ -> "certificate";
            case AuthRequest.BearerToken _ -> "bearer";
            case AuthRequest.Every every ->
                every.parts().stream()
                        .map(CountedAuthenticator::method)
                        .distinct()
                        .sorted()
                        .collect(Collectors.joining("+"));
        };
    }

    private static String outcome(AuthDecision decision) {
        return switch (decision) {
            case AuthDecision.Accept _ -> ACCEPTED;
            case AuthDecision.Challenge _ -> "challenge";
            case AuthDecision.Reject reject -> reject.reason().name();
        };
    }
}
