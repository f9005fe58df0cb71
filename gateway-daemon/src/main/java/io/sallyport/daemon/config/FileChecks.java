package io.sallyport.daemon.config;

import io.sallyport.core.address.AddressPools;
import io.sallyport.daemon.config.GatewayConfig.ControlProtection;
import io.sallyport.daemon.config.GatewayConfig.Gateway;
import io.sallyport.daemon.config.GatewayConfig.KeyFiles;
import io.sallyport.daemon.config.GatewayConfig.Method;
import io.sallyport.daemon.files.PrivateFiles;
import io.sallyport.daemon.files.Reason;
import io.sallyport.daemon.pki.KeyMatch;
import io.sallyport.daemon.pki.Pem;
import io.sallyport.daemon.pki.PemException;
import io.sallyport.daemon.pki.RevocationList;
import io.sallyport.daemon.pki.RevocationsException;
import io.sallyport.daemon.pki.ServerIdentity;
import io.sallyport.daemon.pki.TlsCryptKey;
import io.sallyport.daemon.pki.TlsCryptV2Key;
import io.sallyport.daemon.users.UsersException;
import io.sallyport.daemon.users.UsersFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether the files that the configuration names are there, parse and fit together. */
final class FileChecks {
    /** The service to match takes no more. */
    private static final int MAX_ROOTS = 20;

    private final GatewayConfig config;
    private final Findings findings;
    private final Map<String, Position> places;
    private final Instant now = Instant.now();

    FileChecks(GatewayConfig config, Findings findings, Map<String, Position> places) {
        this.config = config;
        this.findings = findings;
        this.places = places;
    }

    void check() {
        checkServerCertificate();
        if (config.auth().methods().contains(Method.CERTIFICATE)) {
            checkRoots();
        }
        if (config.auth().methods().contains(Method.LOCAL)) {
            checkUsers();
        }
        if (config.auth().methods().contains(Method.RADIUS)) {
            checkRadiusSecrets();
        }
        checkControl(config.protocols().openvpn().control());
        checkState();
        checkRevocations();
        checkLeases();
        checkLog();
    }

    private void checkServerCertificate() {
        Gateway gateway = config.gateway();
        KeyFiles files = gateway.certificate();
        List<X509Certificate> chain = certificates("gateway.certificate.chain", files.chain());
        PrivateKey key = key(files.key());
        if (chain.isEmpty() || gateway.name().isEmpty()) {
            return;
        }
        X509Certificate leaf = chain.getFirst();
        for (String problem : ServerIdentity.problems(leaf, gateway.name())) {
            findings.mistake(at("gateway.certificate.chain"), files.chain() + ": " + problem);
        }
        if (key != null && !KeyMatch.matches(leaf.getPublicKey(), key)) {
            findings.mistake(
                    at("gateway.certificate.key"),
                    files.key() + " is not the key of " + files.chain() + "; use the pair that was made together");
        }
        String untimely = ServerIdentity.untimely(leaf, now);
        if (untimely != null) {
            findings.warning(at("gateway.certificate.chain"), files.chain() + ": " + untimely);
        }
    }

    private @Nullable PrivateKey key(Path file) {
        try {
            PrivateKey key = Pem.privateKey(file);
            warnIfOpen("gateway.certificate.key", file);
            return key;
        } catch (PemException e) {
            findings.mistake(at("gateway.certificate.key"), file + " " + e.getMessage());
            return null;
        }
    }

    private void checkRoots() {
        int count = 0;
        List<Path> roots = config.auth().roots();
        for (int i = 0; i < roots.size(); i++) {
            String path = "auth.certificate.roots[" + i + "]";
            for (X509Certificate root : certificates(path, roots.get(i))) {
                count++;
                if (root.getBasicConstraints() < 0) {
                    findings.mistake(
                            at(path), roots.get(i) + " is not a certificate authority; name the CA's certificate");
                } else if (root.getNotAfter().toInstant().isBefore(now)) {
                    findings.warning(
                            at(path),
                            roots.get(i) + " expired on " + root.getNotAfter().toInstant()
                                    + "; its clients are refused");
                }
            }
        }
        if (count > MAX_ROOTS) {
            findings.mistake(
                    at("auth.certificate.roots"), count + " root certificates; at most " + MAX_ROOTS + " are allowed");
        }
    }

    private void checkUsers() {
        Path file = config.auth().users();
        if (file == null) {
            return;
        }
        try {
            new UsersFile(file).read().values().forEach(user -> user.ntHash().close());
            warnIfOpen("auth.local.users", file);
        } catch (UsersException e) {
            findings.mistake(at("auth.local.users"), String.valueOf(e.getMessage()));
        }
    }

    private void checkRadiusSecrets() {
        for (int i = 0; i < config.auth().radius().servers().size(); i++) {
            Path secret = config.auth().radius().servers().get(i).secretFile();
            String path = "auth.radius.servers[" + i + "].secret-file";
            if (!Files.isReadable(secret)) {
                findings.mistake(
                        at(path), secret + " does not exist or may not be read; write the shared secret into it");
            } else {
                warnIfOpen(path, secret);
            }
        }
    }

    private void checkControl(ControlProtection control) {
        switch (control) {
            case ControlProtection.None() -> {}
            case ControlProtection.TlsCrypt(Path key) -> checkStaticKey("protocols.openvpn.tls-crypt", key);
            case ControlProtection.TlsAuth(Path key, var _, var _) -> checkStaticKey("protocols.openvpn.tls-auth", key);
            case ControlProtection.TlsCryptV2(Path key, var _, ControlProtection others) -> {
                checkServerKey(key);
                checkControl(others);
            }
        }
    }

    private void checkStaticKey(String path, Path file) {
        try {
            Arrays.fill(TlsCryptKey.read(file), (byte) 0);
            warnIfOpen(path, file);
        } catch (PemException e) {
            findings.mistake(at(path), file + " " + e.getMessage());
        }
    }

    private void checkServerKey(Path file) {
        String path = "protocols.openvpn.tls-crypt-v2";
        try {
            TlsCryptV2Key.read(file).close();
            warnIfOpen(path, file);
        } catch (PemException e) {
            findings.mistake(at(path), file + " " + e.getMessage());
        }
    }

    private void checkState() {
        Path state = config.gateway().state();
        Path existing = state.toAbsolutePath();
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        if (!Files.isDirectory(existing) || !Files.isWritable(existing)) {
            findings.mistake(
                    at("gateway.state"),
                    "state directory " + state + " cannot be written: " + existing
                            + " is not a directory that this user may write; change its owner or name another");
        }
    }

    private void checkRevocations() {
        try {
            new RevocationList(config.gateway().state()).read();
        } catch (RevocationsException e) {
            findings.mistake(at("gateway.state"), String.valueOf(e.getMessage()));
        }
    }

    private void checkLeases() {
        try {
            AddressPools.requireReadable(config.gateway().state());
        } catch (IOException e) {
            findings.mistake(at("gateway.state"), Reason.of(e));
        }
    }

    private void checkLog() {
        Path file = config.log().file();
        if (file == null) {
            return;
        }
        Path directory = file.toAbsolutePath().getParent();
        boolean writable = Files.exists(file)
                ? Files.isRegularFile(file) && Files.isWritable(file)
                : directory != null && Files.isDirectory(directory) && Files.isWritable(directory);
        if (!writable) {
            findings.mistake(
                    at("log.file"),
                    file + " cannot be written; make its directory, change its owner or mode, or name another");
        }
    }

    private List<X509Certificate> certificates(String path, Path file) {
        try {
            return Pem.certificates(file);
        } catch (PemException e) {
            findings.mistake(at(path), file + " " + e.getMessage());
            return List.of();
        }
    }

    private void warnIfOpen(String path, Path file) {
        try {
            if (PrivateFiles.openToOthers(file)) {
                findings.warning(at(path), file + " can be read or changed by other users; run: chmod 600 " + file);
            }
        } catch (IOException | UnsupportedOperationException e) {
            // no POSIX permissions here: nothing to say about them
        }
    }

    private Position at(String path) {
        Position place = places.get(path);
        if (place != null) {
            return place;
        }
        int dot = path.lastIndexOf('.');
        return dot < 0 ? Position.START : at(path.substring(0, dot));
    }
}
