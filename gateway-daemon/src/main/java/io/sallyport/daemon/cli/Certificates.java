package io.sallyport.daemon.cli;

import io.sallyport.daemon.config.GatewayConfig;
import io.sallyport.daemon.config.GatewayConfig.KeyFiles;
import io.sallyport.daemon.files.PrivateFiles;
import io.sallyport.daemon.files.Reason;
import io.sallyport.daemon.pki.CertificateAuthority;
import io.sallyport.daemon.pki.CertificateAuthority.Issued;
import io.sallyport.daemon.pki.ClientCertificates;
import io.sallyport.daemon.pki.Pem;
import io.sallyport.daemon.pki.PemException;
import io.sallyport.daemon.pki.RevocationList;
import io.sallyport.daemon.pki.RevocationsException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The certificates of one gateway, as the commands need them: issue, find, revoke clients', renew its own. */
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
        Issued made = builtIn().issueClient(name, validity);
        try {
            issued.store(name, made);
            return made;
        } catch (IOException e) {
            throw stateTrouble(e);
        }
    }

    private CertificateAuthority builtIn() throws CommandFailure {
        KeyFiles ca = config.gateway().ca();
        try {
            return CertificateAuthority.load(ca.chain(), ca.key(), new SecureRandom());
        } catch (PemException e) {
            throw CommandFailure.failed("The built-in authority cannot be used: " + ca.key() + " or " + ca.chain() + " "
                    + e.getMessage() + "; name its files in gateway.ca.");
        }
    }

    /** The gateway's own certificate anew, with a new key, where the one before is of the built-in authority. */
    Issued renewServer(Duration validity) throws CommandFailure {
        KeyFiles own = config.gateway().certificate();
        CertificateAuthority authority = builtIn();
        try {
            X509Certificate before = Pem.certificates(own.chain()).getFirst();
            if (!isSignedBy(before, authority.certificate())) {
                throw CommandFailure.wrong(own.chain() + " is not of the built-in authority but of '"
                        + before.getIssuerX500Principal() + "'; renew it there.");
            }
            Issued made = authority.issueServer(config.gateway().name(), validity);
            // between the two they do not fit: a gateway that reads them then goes on with what it had
            PrivateFiles.writeBoth(own.key(), Pem.text(made.key()), own.chain(), Pem.text(made.certificate()));
            return made;
        } catch (PemException e) {
            throw CommandFailure.failed(own.chain() + " " + e.getMessage() + "; correct gateway.certificate.");
        } catch (IOException e) {
            throw CommandFailure.failed(own.chain() + " or " + own.key() + " cannot be written (" + Reason.of(e)
                    + "); make room there or run the command as their owner.");
        }
    }

    private static boolean isSignedBy(X509Certificate certificate, X509Certificate authority) {
        try {
            certificate.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
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
            throw stateTrouble(e);
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
            throw stateTrouble(e);
        }
    }

    /** Both lists: the operator's in the configuration, and that of {@code cert revoke}. */
    Set<String> revoked() throws CommandFailure {
        try {
            Set<String> all = new HashSet<>(config.auth().revoked());
            all.addAll(revocations.read());
            return all;
        } catch (RevocationsException e) {
            throw CommandFailure.failed(e.getMessage() + ".");
        }
    }

    boolean revoke(String thumbprint) throws CommandFailure {
        try {
            return revocations.add(thumbprint);
        } catch (RevocationsException e) {
            throw CommandFailure.failed("Nothing was revoked: " + e.getMessage() + ".");
        } catch (IOException e) {
            throw stateTrouble(e);
        }
    }

    private CommandFailure stateTrouble(IOException e) {
        return CommandFailure.failed("The state directory " + config.gateway().state() + " cannot be used ("
                + Reason.of(e) + "); make room there or let this user read and write it.");
    }
}
