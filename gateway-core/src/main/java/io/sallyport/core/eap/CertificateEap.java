package io.sallyport.core.eap;

import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.Authenticator;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.EapMethod;
import io.sallyport.core.tls.JudgedTls;
import java.util.List;

/**
 * An authenticator of certificates with EAP-TLS.
 *
 * @param judge of certificates; it answers without waiting for others
 * @param tls with the gateway's certificate
 */
public record CertificateEap(Authenticator judge, JudgedTls tls, TlsTasks tasks) implements Authenticator {
    @Override
    public AuthDecision authenticate(AuthRequest request) throws InterruptedException {
        return judge.authenticate(request);
    }

    @Override
    public List<EapMethod> eapMethods(ClientContext client) {
        return List.of(new EapTls(client, judge, tls, tasks));
    }
}
