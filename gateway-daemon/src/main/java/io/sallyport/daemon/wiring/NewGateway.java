package io.sallyport.daemon.wiring;

import io.sallyport.daemon.files.PrivateFiles;
import io.sallyport.daemon.pki.CertificateAuthority;
import io.sallyport.daemon.pki.CertificateAuthority.Issued;
import io.sallyport.daemon.pki.Pem;
import io.sallyport.daemon.pki.TlsCryptKey;
import io.sallyport.daemon.pki.TlsCryptV2Key;
import io.sallyport.daemon.users.UsersFile;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;

/**
 * The files of a gateway that begins: configuration, a certificate authority, a server certificate, a key around
 * OpenVPN's control channel, no users.
 */
public final class NewGateway {
    private NewGateway() {}

    /**
     * @param name in the server's certificate
     * @param config the text of {@code gateway.yaml}
     * @param ownKeys a tls-crypt-v2 key, under which each client gets one of its own, instead of a tls-crypt key for
     * all
     * @param state the state directory, as in {@code gateway.yaml}
     * @return the authority, to issue more
     */
    public static CertificateAuthority create(Path directory, String name, String config, boolean ownKeys, String state)
            throws IOException {
        Path pki = directory.resolve("pki");
        PrivateFiles.createDirectories(pki);
        PrivateFiles.createDirectories(directory.resolve(state));
        SecureRandom random = new SecureRandom();
        CertificateAuthority authority = CertificateAuthority.create(name + " VPN CA", random);
        authority.store(pki.resolve("ca.crt"), pki.resolve("ca.key"));
        Issued server = authority.issueServer(name, CertificateAuthority.LEAF_VALIDITY);
        PrivateFiles.write(pki.resolve("server.key"), Pem.text(server.key()));
        PrivateFiles.write(pki.resolve("server.crt"), Pem.text(server.certificate()));
        if (ownKeys) {
            PrivateFiles.write(pki.resolve("tls-crypt-v2.key"), TlsCryptV2Key.generate(random));
        } else {
            PrivateFiles.write(pki.resolve("tls-crypt.key"), TlsCryptKey.generate(random));
        }
        PrivateFiles.write(directory.resolve("users.yaml"), UsersFile.empty());
        PrivateFiles.write(directory.resolve("gateway.yaml"), config);
        return authority;
    }
}
