package io.sallyport.daemon.cli;

import io.sallyport.core.auth.Thumbprint;
import io.sallyport.core.octets.Secret;
import io.sallyport.daemon.config.GatewayConfig;
import io.sallyport.daemon.files.PrivateFiles;
import io.sallyport.daemon.files.Reason;
import io.sallyport.daemon.pki.CertificateAuthority;
import io.sallyport.daemon.pki.CertificateAuthority.Issued;
import io.sallyport.daemon.pki.ClientCertificates;
import io.sallyport.daemon.pki.Pkcs12;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "cert", description = "Certificates of the built-in authority: issue, revoke, list, renew.")
final class CertCommand implements Runnable {
    @Spec
    CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name what to do: issue, revoke, list or renew.");
    }

    @Command(
            name = "issue",
            description =
                    "Issues a client certificate. With --out it is written as PKCS#12 under a password of yours; without, "
                            + "'profile export --user NAME' puts it into a profile.")
    int issue(
            @Parameters(paramLabel = "NAME", description = "The user: becomes the common name.") String name,
            @Option(names = "--out", paramLabel = "F.p12", description = "Write certificate, key and chain as PKCS#12.")
                    @Nullable
                    Path out,
            @Option(names = "--days", paramLabel = "N", description = "Validity (default: 825 days).") @Nullable
                    Integer days,
            @Mixin ConfigOption config,
            @Mixin PasswordOption password,
            @Mixin JsonOption json)
            throws CommandFailure {
        Certificates certificates = new Certificates(config.config());
        Path file = out == null && password.fromStdin ? Path.of(name + ".p12").getFileName() : out;
        Duration validity = validity(days);
        Issued issued;
        if (file == null) {
            issued = certificates.issue(name, validity);
        } else {
            // the password first: without it nothing is issued
            try (Secret secret = password.read("Password for " + file)) {
                issued = certificates.issue(name, validity);
                write(file, name, issued, secret);
            }
        }
        report(name, issued, file, json.json);
        return 0;
    }

    private static Duration validity(@Nullable Integer days) throws CommandFailure {
        if (days == null) {
            return CertificateAuthority.LEAF_VALIDITY;
        }
        if (days < 1 || days > 3650) {
            throw CommandFailure.wrong("--days takes a number from 1 to 3650.");
        }
        return Duration.ofDays(days);
    }

    private static void write(Path file, String name, Issued issued, Secret secret) throws CommandFailure {
        CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(secret.expose()));
        char[] password = new char[decoded.remaining()];
        decoded.get(password);
        Arrays.fill(decoded.array(), '\0');
        try {
            PrivateFiles.handOut(file, Pkcs12.of(name, issued, password));
        } catch (IOException e) {
            throw CommandFailure.failed(
                    file + " cannot be written (" + Reason.of(e) + "); check its directory (the certificate "
                            + Thumbprint.sha1(issued.certificate()) + " was issued).");
        } finally {
            Arrays.fill(password, '\0');
        }
    }

    private void report(String name, Issued issued, @Nullable Path file, boolean json) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("name", name);
            fields.put("thumbprint", Thumbprint.sha1(issued.certificate()));
            fields.put("sha256Thumbprint", Thumbprint.sha256(issued.certificate()));
            fields.put(
                    "notAfter", issued.certificate().getNotAfter().toInstant().toString());
            if (file != null) {
                fields.put("file", file.toString());
            }
            JsonOption.print(out, fields);
            return;
        }
        out.println("Issued a certificate to '" + name + "', thumbprint " + Thumbprint.sha1(issued.certificate())
                + ", valid until " + issued.certificate().getNotAfter().toInstant() + ".");
        out.println(
                file == null
                        ? "Next: sallyport profile export --out " + name + ".zip --user " + name
                        : "Wrote " + file + ".");
    }

    @Command(
            name = "revoke",
            description =
                    "Refuses a certificate, also one of another authority, and ends the sessions that it has in the running gateway. "
                            + "The list is revoked.txt in the state directory, beside auth.certificate.revoked of the configuration.")
    int revoke(
            @Parameters(paramLabel = "THUMBPRINT", description = "SHA-1 or SHA-256, see 'cert list'.") String text,
            @Mixin ConfigOption config)
            throws CommandFailure {
        String thumbprint = Thumbprint.normalized(text);
        if (thumbprint == null) {
            throw CommandFailure.wrong("'" + text
                    + "' is not a thumbprint of 40 or 64 hexadecimal digits; see them with 'sallyport cert list'.");
        }
        GatewayConfig read = config.config();
        boolean added = new Certificates(read).revoke(thumbprint);
        RunningGateway.tell(
                read, added ? "Revoked " + thumbprint : thumbprint + " was revoked already", spec.commandLine());
        return 0;
    }

    @Command(
            name = "renew",
            description =
                    "Issues the gateway's own certificate anew, with a new key, in the files of gateway.certificate. A running gateway "
                            + "shows it to new handshakes after 'sallyport reload'.")
    int renew(
            @Option(names = "--days", paramLabel = "N", description = "Validity (default: 825 days).") @Nullable
                    Integer days,
            @Mixin ConfigOption config)
            throws CommandFailure {
        Issued issued = new Certificates(config.config()).renewServer(validity(days));
        PrintWriter out = spec.commandLine().getOut();
        out.println("Renewed the gateway's certificate, thumbprint " + Thumbprint.sha1(issued.certificate())
                + ", valid until " + issued.certificate().getNotAfter().toInstant() + ".");
        out.println("Next, if the gateway runs: sallyport reload");
        return 0;
    }

    @Command(name = "list", description = "Lists what was issued, and what became of it.")
    int list(@Mixin ConfigOption config, @Mixin JsonOption json) throws CommandFailure {
        Certificates certificates = new Certificates(config.config());
        Set<String> revoked = certificates.revoked();
        List<ClientCertificates.Entry> entries = certificates.list();
        PrintWriter out = spec.commandLine().getOut();
        if (json.json) {
            JsonOption.print(
                    out,
                    Map.of(
                            "certificates",
                            entries.stream()
                                    .map(entry -> fields(entry, revoked))
                                    .toList()));
            return 0;
        }
        entries.forEach(entry -> out.printf(
                "%s  %s  %-8s %s%n", entry.thumbprint(), entry.notAfter(), state(entry, revoked), entry.name()));
        return 0;
    }

    private static Map<String, Object> fields(ClientCertificates.Entry entry, Set<String> revoked) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", entry.name());
        fields.put("thumbprint", entry.thumbprint());
        fields.put("sha256Thumbprint", entry.sha256Thumbprint());
        fields.put("notBefore", entry.notBefore().toString());
        fields.put("notAfter", entry.notAfter().toString());
        fields.put("state", state(entry, revoked));
        return fields;
    }

    private static String state(ClientCertificates.Entry entry, Set<String> revoked) {
        if (revoked.stream().anyMatch(entry::matches)) {
            return "revoked";
        }
        return entry.notAfter().isBefore(Instant.now()) ? "expired" : "valid";
    }
}
