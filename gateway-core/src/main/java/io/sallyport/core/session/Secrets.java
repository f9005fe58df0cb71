package io.sallyport.core.session;

import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.EapConversation;
import io.sallyport.core.auth.Grant;

/** Wipes what questions and answers carry. */
final class Secrets {
    private Secrets() {}

    /** What {@link AutoCloseable} is without the exception. */
    @FunctionalInterface
    interface Wiping extends AutoCloseable {
        @Override
        void close();
    }

    static Wiping of(AuthRequest request) {
        return () -> wipe(request);
    }

    static void wipe(AuthRequest request) {
        switch (request) {
            case AuthRequest.Password password -> password.password().close();
            case AuthRequest.BearerToken token -> token.token().close();
            case AuthRequest.Every every -> every.parts().forEach(Secrets::wipe);
            case AuthRequest.MsChapV2 _, AuthRequest.CertificateChain _ -> {}
        }
    }

    static void wipe(Grant grant) {
        if (grant.keyingMaterial() != null) {
            grant.keyingMaterial().close();
        }
    }

    static void wipe(AuthDecision decision) {
        if (decision instanceof AuthDecision.Accept accept) {
            wipe(accept.grant());
        }
    }

    static void wipe(EapConversation.Step step) {
        if (step instanceof EapConversation.Step.Success success) {
            wipe(success.grant());
        }
    }
}
