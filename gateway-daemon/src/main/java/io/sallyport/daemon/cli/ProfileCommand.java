package io.sallyport.daemon.cli;

import io.sallyport.daemon.config.GatewayConfig;
import io.sallyport.daemon.config.GatewayConfig.ControlProtection;
import io.sallyport.daemon.config.GatewayConfig.Method;
import io.sallyport.daemon.config.GatewayConfig.Require;
import io.sallyport.daemon.files.PrivateFiles;
import io.sallyport.daemon.pki.CertificateAuthority.Issued;
import io.sallyport.daemon.pki.Pem;
import io.sallyport.daemon.pki.PemException;
import io.sallyport.daemon.profile.ControlKey;
import io.sallyport.daemon.profile.OpenVpnProfile;
import io.sallyport.daemon.profile.ProfilePackage;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(name = "profile", description = "Configuration packages for clients: export.")
final class ProfileCommand implements Runnable {
    @Spec
    CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name what to do: export.");
    }

    @Command(
            name = "export",
            description =
                    "Writes a zip with what clients need to connect. With --user it holds that user's certificate and private "
                            + "key (issued if there is none): hand it over on a safe way.")
    int export(
            @Option(names = "--out", required = true, paramLabel = "F.zip", description = "Where to write it.")
                    Path out,
            @Option(names = "--user", paramLabel = "NAME", description = "Put this user's certificate and key inside.")
                    @Nullable
                    String user,
            @Mixin ConfigOption option)
            throws CommandFailure {
        GatewayConfig config = option.config();
        Issued issued = user != null && usesCertificates(config) ? new Certificates(config).findOrIssue(user) : null;
        X509Certificate authority = serverAuthority(config);
        String ovpn = new OpenVpnProfile(config).text(authority, controlKey(config), issued);
        try {
            PrivateFiles.handOut(out, ProfilePackage.zip(config, ovpn, authority));
        } catch (IOException e) {
            throw CommandFailure.failed(
                    out + " cannot be written; check that its directory exists and may be written.");
        }
        spec.commandLine()
                .getOut()
                .println("Wrote " + out + (issued == null ? "." : "; it holds the private key of '" + user + "'."));
        return 0;
    }

    private static boolean usesCertificates(GatewayConfig config) {
        return config.auth().methods().contains(Method.CERTIFICATE)
                && config.protocols().openvpn().require() != Require.PASSWORD;
    }

    /** The last of the server's chain when it is self-signed, else the built-in authority. */
    private static X509Certificate serverAuthority(GatewayConfig config) throws CommandFailure {
        Path chainFile = config.gateway().certificate().chain();
        Path caFile = config.gateway().ca().chain();
        try {
            List<X509Certificate> chain = Pem.certificates(chainFile);
            X509Certificate last = chain.getLast();
            boolean selfSigned = last.getSubjectX500Principal().equals(last.getIssuerX500Principal());
            return chain.size() > 1 && selfSigned
                    ? last
                    : Pem.certificates(caFile).getFirst();
        } catch (PemException e) {
            throw CommandFailure.failed("The authority of the server certificate was not found: " + chainFile + " or "
                    + caFile + " " + e.getMessage() + "; name it in gateway.ca.");
        }
    }

    private static @Nullable ControlKey controlKey(GatewayConfig config) throws CommandFailure {
        ControlProtection control = config.protocols().openvpn().control();
        try {
            return ControlKey.forClient(control);
        } catch (PemException e) {
            throw CommandFailure.failed(e.getMessage() + ".");
        }
    }
}
