package io.sallyport.daemon.cli;

import io.sallyport.daemon.config.GatewayConfig;
import io.sallyport.daemon.pki.CertificateAuthority;
import io.sallyport.daemon.pki.CertificateAuthority.Issued;
import io.sallyport.daemon.pki.ClientCertificates;
import io.sallyport.daemon.pki.Pem;
import io.sallyport.daemon.pki.PemException;
import io.sallyport.daemon.pki.RevocationList;
import java.io.IOException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The clients' certificates of one gateway, as the commands need them: issue, find, revoke. */
final class Certificates {
    private static final Duration NEARLY_EXPIRED = Duration.ofDays(30);

    private final GatewayConfig config;
    private final ClientCertificates issued;
    private final RevocationList revocations;

    Certificates(GatewayConfig config) {
        this.config = config;
        this.issued = new ClientCertificates(config.gateway().state());
        this.revocations = new RevocationList(config.gateway().state());
    }

    Issued issue(String name, Duration validity) throws CommandFailure {
        if (name.isBlank() || name.length() > 64 || name.chars().anyMatch(Character::isISOControl)) {
            // RFC 5280 appendix A.1: ub-common-name is 64
            throw CommandFailure.wrong("A certificate's name has 1 to 64 printable characters.");
        }
        try {
            CertificateAuthority authority = CertificateAuthority.load(
                    config.gateway().ca().chain(), config.gateway().ca().key(), new SecureRandom());
            Issued made = authority.issueClient(name, validity);
            issued.store(name, made);
            return made;
        } catch (PemException e) {
            throw CommandFailure.failed("The built-in authority cannot be used: "
                    + config.gateway().ca().key() + " or "
                    + config.gateway().ca().chain() + " " + e.getMessage() + "; name its files in gateway.ca.");
        } catch (IOException e) {
            throw stateTrouble();
        }
    }

    /** A certificate of this user that is neither revoked nor about to expire, with its key; a new one when there is none. */
    Issued findOrIssue(String name) throws CommandFailure {
        try {
            Set<String> revoked = revoked();
            Instant soon = Instant.now().plus(NEARLY_EXPIRED);
            Optional<ClientCertificates.Entry> found = issued.list().stream()
                    .filter(entry -> entry.name().equals(name))
                    .filter(entry -> entry.notAfter().isAfter(soon))
                    .filter(entry -> revoked.stream().noneMatch(entry::matches))
                    .findFirst();
            if (found.isPresent()) {
                return new Issued(
                        found.get().certificate(), Pem.privateKey(found.get().keyFile()), authority());
            }
        } catch (PemException e) {
            // its key is gone: issue another
        } catch (IOException e) {
            throw stateTrouble();
        }
        return issue(name, CertificateAuthority.LEAF_VALIDITY);
    }

    private X509Certificate authority() throws PemException {
        return Pem.certificates(config.gateway().ca().chain()).getFirst();
    }

    List<ClientCertificates.Entry> list() throws CommandFailure {
        try {
            return issued.list();
        } catch (IOException e) {
            throw stateTrouble();
        }
    }

    /** Both lists: the operator's in the configuration, and that of {@code cert revoke}. */
    Set<String> revoked() throws CommandFailure {
        try {
            Set<String> all = new HashSet<>(config.auth().revoked());
            all.addAll(revocations.read());
            return all;
        } catch (IOException e) {
            throw stateTrouble();
        }
    }

    boolean revoke(String thumbprint) throws CommandFailure {
        try {
            return revocations.add(thumbprint);
        } catch (IOException e) {
            throw stateTrouble();
        }
    }

    private CommandFailure stateTrouble() {
        return CommandFailure.failed("The state directory " + config.gateway().state()
                + " cannot be used; check that this user may read and write it.");
    }
}
