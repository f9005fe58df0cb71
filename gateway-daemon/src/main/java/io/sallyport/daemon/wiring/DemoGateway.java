package io.sallyport.daemon.wiring;

import io.sallyport.core.octets.Secret;
import io.sallyport.daemon.config.ConfigReader;
import io.sallyport.daemon.config.GatewayConfig;
import io.sallyport.daemon.files.PrivateFiles;
import io.sallyport.daemon.pki.CertificateAuthority;
import io.sallyport.daemon.pki.CertificateAuthority.Issued;
import io.sallyport.daemon.pki.PemException;
import io.sallyport.daemon.pki.TlsCryptKey;
import io.sallyport.daemon.profile.ControlKey;
import io.sallyport.daemon.profile.OpenVpnProfile;
import io.sallyport.daemon.users.UsersException;
import io.sallyport.daemon.users.UsersFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.stream.Stream;

/** A whole gateway in a directory of its own: what {@code init} makes, a client's certificate and a user, on loopback ports that were free. */
final class DemoGateway implements AutoCloseable {
    static final String NAME = "localhost";
    static final String USER = "demo";

    private static final int PASSWORD_OCTETS = 12;

    private final Path directory;
    private final CertificateAuthority authority;
    private final Issued client;
    private final String password;
    private final GatewayConfig config;
    private final Daemon daemon;

    private DemoGateway(Path directory) throws IOException, StartException {
        this.directory = directory;
        this.authority = NewGateway.create(directory, NAME, yaml(), false, "state");
        this.client = authority.issueClient(USER, CertificateAuthority.LEAF_VALIDITY);
        this.password = password();
        addUser();
        Path file = directory.resolve("gateway.yaml");
        ConfigReader.Reading reading = ConfigReader.check(file);
        if (reading.config() == null) {
            throw new StartException("The demo's own configuration is wrong: " + reading.mistakes());
        }
        this.config = reading.config();
        this.daemon = Daemon.start(config, "demo", why -> {});
    }

    static DemoGateway start() throws StartException {
        try {
            Path directory = Files.createTempDirectory("sallyport-demo");
            // Ctrl-C, and whatever else ends it before it is closed: keys and passwords do not stay
            Runtime.getRuntime()
                    .addShutdownHook(Thread.ofPlatform().name("demo-files").unstarted(() -> remove(directory)));
            return new DemoGateway(directory);
        } catch (IOException e) {
            throw new StartException("The demo cannot write its files: " + e.getMessage() + ".");
        }
    }

    Daemon daemon() {
        return daemon;
    }

    Issued client() {
        return client;
    }

    CertificateAuthority authority() {
        return authority;
    }

    Secret newPassword() {
        return Secret.ofChars(password.toCharArray());
    }

    InetSocketAddress udp() {
        return config.listen().openvpn().getFirst();
    }

    InetSocketAddress tcp() {
        return config.listen().tls().getFirst();
    }

    /** 256 octets. */
    Secret tlsCrypt() throws StartException {
        try {
            return Secret.taking(TlsCryptKey.read(directory.resolve("pki/tls-crypt.key")));
        } catch (PemException e) {
            throw StartException.because(e);
        }
    }

    Path configFile() {
        return directory.resolve("gateway.yaml");
    }

    /** For a client that keeps its own: written beside the configuration. */
    Path writeProfile() throws StartException {
        Path profile = directory.resolve("demo.ovpn");
        Path login = login();
        try {
            String text = new OpenVpnProfile(config)
                    .text(
                            authority.certificate(),
                            ControlKey.forClient(config.protocols().openvpn().control()),
                            client);
            PrivateFiles.write(login, USER + "\n" + password + "\n");
            PrivateFiles.write(profile, text.replace("auth-user-pass\n", "auth-user-pass " + login + "\n"));
            return profile;
        } catch (PemException e) {
            throw StartException.because(e);
        } catch (IOException e) {
            throw new StartException("The demo cannot write " + profile + ": " + e.getMessage() + ".");
        }
    }

    /** For sstp-client; its user's password stays in the file that {@link #writeProfile} has written. */
    String sstpCommand() {
        return "sstpc --ca-cert " + directory.resolve("pki/ca.crt") + " --user " + USER + " --password \"$(sed -n 2p "
                + login() + ")\" " + NAME + ":" + tcp().getPort()
                + " noauth refuse-eap refuse-pap refuse-chap refuse-mschap noipdefault nodefaultroute +ipv6";
    }

    private Path login() {
        return directory.resolve("demo.login");
    }

    @Override
    public void close() {
        daemon.close();
        remove(directory);
    }

    private static void remove(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            // In the temporary directory: somebody else's broom.
        }
    }

    private void addUser() throws StartException {
        try (Secret secret = newPassword()) {
            new UsersFile(directory.resolve("users.yaml")).add(USER, secret);
        } catch (UsersException e) {
            throw StartException.because(e);
        }
    }

    private static String password() {
        byte[] random = new byte[PASSWORD_OCTETS];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private static String yaml() throws IOException {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        try (ServerSocket tcp = new ServerSocket(0, 1, loopback);
                DatagramSocket udp = new DatagramSocket(0, loopback)) {
            return """
                    gateway:
                      name: %s
                      state: ./state
                      certificate: { chain: pki/server.crt, key: pki/server.key }
                    listen:
                      tls: ["127.0.0.1:%d"]
                      openvpn: ["127.0.0.1:%d"]
                    protocols:
                      sstp: { enabled: true, require: password }
                      openvpn: { enabled: true, tls-crypt: pki/tls-crypt.key, require: both }
                    addresses:
                      pools: [172.16.201.0/24, "fd00:201::/64"]
                      routes: [10.20.0.0/16]
                    auth:
                      methods: [certificate, local]
                      certificate: { roots: [pki/ca.crt] }
                      local: { users: users.yaml }
                    network:
                      memory: {}
                    """.formatted(NAME, tcp.getLocalPort(), udp.getLocalPort());
        }
    }
}
