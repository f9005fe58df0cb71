package io.sallyport.daemon.pki;

import io.sallyport.core.auth.Thumbprint;
import io.sallyport.daemon.files.PrivateFiles;
import io.sallyport.daemon.pki.CertificateAuthority.Issued;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * What the built-in authority issued to clients: {@code certificates/THUMBPRINT.crt} and {@code .key} in the state directory, so that a profile can be exported
 * again. The keys are guarded as the authority's own key is: mode 0600.
 */
public final class ClientCertificates {
    private final Path directory;

    public ClientCertificates(Path state) {
        this.directory = state.resolve("certificates");
    }

    /** One of them; the name is the subject's common name. */
    public record Entry(String name, X509Certificate certificate, Path keyFile) {
        public String thumbprint() {
            return Thumbprint.sha1(certificate);
        }

        public Instant notBefore() {
            return certificate.getNotBefore().toInstant();
        }

        public Instant notAfter() {
            return certificate.getNotAfter().toInstant();
        }

        public String sha256Thumbprint() {
            return Thumbprint.sha256(certificate);
        }

        public boolean matches(String thumbprint) {
            return thumbprint.equals(thumbprint()) || thumbprint.equals(sha256Thumbprint());
        }
    }

    public Entry store(String name, Issued issued) throws IOException {
        PrivateFiles.createDirectories(directory);
        Entry entry = new Entry(name, issued.certificate(), keyFile(issued.certificate()));
        PrivateFiles.write(entry.keyFile(), Pem.text(issued.key()));
        PrivateFiles.write(directory.resolve(entry.thumbprint() + ".crt"), Pem.text(issued.certificate()));
        return entry;
    }

    /** All, by name and then the newest first; files that are not ours are skipped. */
    public List<Entry> list() throws IOException {
        List<Entry> entries = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return entries;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.crt")) {
            for (Path file : files) {
                try {
                    X509Certificate certificate = Pem.certificates(file).getFirst();
                    entries.add(new Entry(commonName(certificate), certificate, keyFile(certificate)));
                } catch (PemException e) {
                    // somebody else's file
                }
            }
        }
        Comparator<Entry> newest = Comparator.comparing(Entry::notBefore);
        entries.sort(Comparator.comparing(Entry::name).thenComparing(newest.reversed()));
        return entries;
    }

    private Path keyFile(X509Certificate certificate) {
        return directory.resolve(Thumbprint.sha1(certificate) + ".key");
    }

    private static String commonName(X509Certificate certificate) {
        String subject = certificate.getSubjectX500Principal().getName();
        try {
            return new LdapName(subject)
                    .getRdns().stream()
                            .filter(rdn -> rdn.getType().equalsIgnoreCase("CN"))
                            .map(Rdn::getValue)
                            .map(String::valueOf)
                            .findFirst()
                            .orElse(subject);
        } catch (InvalidNameException e) {
            return subject;
        }
    }
}
