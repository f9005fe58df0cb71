package io.sallyport.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.daemon.cli.CommandLines.Outcome;
import io.sallyport.daemon.pki.Pem;
import io.sallyport.openvpn.wire.ClientKeyV2;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CommandsTest {
    @TempDir
    static Path directory;

    private static String config;

    @BeforeAll
    static void init() {
        config = CommandLines.init(directory.resolve("etc"));
    }

    @Test
    void initGuardsWhatItMakes() throws IOException {
        try (Stream<Path> made = Files.walk(directory.resolve("etc"))) {
            for (Path file : made.toList()) {
                String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
                assertThat(mode).as("%s", file).isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------");
            }
        }
    }

    @Test
    void initIsCheckedWithoutNoise() {
        Outcome outcome = CommandLines.run("check", "-c", config);
        assertThat(outcome).isEqualTo(new Outcome(0, config + ": ok\n", ""));
    }

    @Test
    void initOverwritesNothing() {
        Outcome outcome = CommandLines.run("init", directory.resolve("etc").toString(), "--name", "other.example.test");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err())
                .contains("gateway.yaml exists and is not overwritten")
                .endsWith(".\n");
    }

    @Test
    void initForAnAddressChecks() {
        Path etc = directory.resolve("address");
        assertThat(CommandLines.run("init", etc.toString(), "--name", "192.0.2.1", "--pool", "10.99.0.0/22")
                        .status())
                .isZero();
        assertThat(CommandLines.run("check", "-c", etc.resolve("gateway.yaml").toString())
                        .status())
                .isZero();
    }

    @Test
    void initRefusesATooSmallPool() {
        Outcome outcome = CommandLines.run(
                "init", directory.resolve("x").toString(), "--name", "a.test", "--pool", "10.0.0.0/30");
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).isEqualTo("sallyport: --pool: 10.0.0.0/30 is too small; a pool is /29 or larger.\n");
    }

    @Test
    void usersComeAndGo() {
        assertThat(CommandLines.runWithInput(
                        "pässword\n", "user", "add", "bob \"x\"", "--password-stdin", "-c", config))
                .isEqualTo(new Outcome(0, "Added user 'bob \"x\"'.\n", ""));
        Outcome again = CommandLines.runWithInput("p\n", "user", "add", "bob \"x\"", "--password-stdin", "-c", config);
        assertThat(again.status()).isEqualTo(1);
        assertThat(again.err()).contains("exists; change the password");
        assertThat(CommandLines.runWithInput("q\n", "user", "passwd", "bob \"x\"", "--password-stdin", "-c", config)
                        .status())
                .isZero();
        assertThat(CommandLines.run("user", "list", "-c", config).out()).isEqualTo("bob \"x\"\n");
        assertThat(CommandLines.run("check", "-c", config).status()).isZero();
        assertThat(CommandLines.run("user", "remove", "bob \"x\"", "-c", config).status())
                .isZero();
        assertThat(CommandLines.run("user", "remove", "bob \"x\"", "-c", config).err())
                .isEqualTo("sallyport: there is no user 'bob \"x\"'; see 'sallyport user list'.\n");
        assertThat(CommandLines.run("user", "list", "-c", config).out()).isEmpty();
    }

    @Test
    void listShowsWhenAPasswordExpiresAndANewOneDoesNot() throws Exception {
        for (String user : List.of("bob", "mia")) {
            CommandLines.runWithInput("p\n", "user", "add", user, "--password-stdin", "-c", config);
        }
        Path users = Path.of(config).resolveSibling("users.yaml");
        String text = Files.readString(users);
        Files.writeString(users, text.replaceFirst(" }", ", disabled: true, password-expires: 2027-01-31 }"));
        assertThat(CommandLines.run("user", "list", "-c", config).out())
                .isEqualTo("bob  disabled  password expires 2027-01-31\nmia\n");
        assertThat(CommandLines.run("user", "list", "--json", "-c", config).out())
                .containsOnlyOnce("\"passwordExpires\" : \"2027-01-31\"");
        CommandLines.runWithInput("q\n", "user", "passwd", "bob", "--password-stdin", "-c", config);
        assertThat(CommandLines.run("user", "list", "-c", config).out()).isEqualTo("bob  disabled\nmia\n");
        for (String user : List.of("bob", "mia")) {
            CommandLines.run("user", "remove", user, "-c", config);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n"})
    void emptyPasswordIsRefused(String input) {
        Outcome outcome = CommandLines.runWithInput(input, "user", "add", "eve", "--password-stdin", "-c", config);
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(CommandLines.run("user", "list", "-c", config).out()).doesNotContain("eve");
    }

    @Test
    void certificateIsIssuedRevokedAndListed() throws Exception {
        Path file = directory.resolve("carol.p12");
        Outcome issued = CommandLines.runWithInput(
                "only a test\n",
                "cert",
                "issue",
                "carol",
                "--out",
                file.toString(),
                "--password-stdin",
                "--json",
                "-c",
                config);
        assertThat(issued.status()).isZero();
        JsonNode fields = new JsonMapper().readTree(issued.out());
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(Files.newInputStream(file), "only a test".toCharArray());
        assertThat(store.isKeyEntry("carol")).isTrue();
        assertThat(store.getCertificateChain("carol")).hasSize(2);
        store.getCertificateChain("carol")[0].verify(store.getCertificateChain("carol")[1].getPublicKey());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");

        assertThat(listed("carol").path("state").asString()).isEqualTo("valid");
        String thumbprint = fields.path("sha256Thumbprint").asString().toUpperCase(java.util.Locale.ROOT);
        assertThat(CommandLines.run("cert", "revoke", thumbprint, "-c", config).status())
                .isZero();
        assertThat(listed("carol").path("state").asString()).isEqualTo("revoked");
        assertThat(CommandLines.run("cert", "revoke", thumbprint, "-c", config).out())
                .contains("already");
    }

    @Test
    void theGatewaysOwnCertificateIsRenewed() throws Exception {
        Path etc = directory.resolve("renewed");
        String file = CommandLines.init(etc);
        Path chain = etc.resolve("pki/server.crt");
        Path key = etc.resolve("pki/server.key");
        String before = Files.readString(chain);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
        Outcome renewed = CommandLines.run("cert", "renew", "--days", "30", "-c", file);
        assertThat(renewed.status()).isZero();
        assertThat(renewed.out()).contains("valid until", "sallyport reload");
        assertThat(Files.readString(chain)).isNotEqualTo(before);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-r-----");
        // chain and key fit, and clients that trust the authority trust it
        assertThat(CommandLines.run("check", "-c", file)).isEqualTo(new Outcome(0, file + ": ok\n", ""));
        Pem.certificates(chain)
                .getFirst()
                .verify(Pem.certificates(etc.resolve("pki/ca.crt")).getFirst().getPublicKey());

        // one of another authority is not ours to renew
        CommandLines.init(directory.resolve("another"));
        for (Path own : List.of(chain, key)) {
            Files.copy(
                    directory.resolve("another/pki").resolve(own.getFileName()),
                    own,
                    StandardCopyOption.REPLACE_EXISTING);
        }
        String another = Files.readString(chain);
        Outcome refused = CommandLines.run("cert", "renew", "-c", file);
        assertThat(refused.status()).isEqualTo(2);
        assertThat(Files.readString(chain)).isEqualTo(another);
    }

    private static JsonNode listed(String name) {
        JsonNode list = new JsonMapper()
                .readTree(
                        CommandLines.run("cert", "list", "--json", "-c", config).out())
                .path("certificates");
        for (JsonNode entry : list) {
            if (entry.path("name").asString().equals(name)) {
                return entry;
            }
        }
        throw new AssertionError("no certificate of " + name + " in " + list);
    }

    @Test
    void profileOfAUserHoldsAllThatAClientNeeds() throws IOException {
        Map<String, String> files = export("dave");
        assertThat(files)
                .containsOnlyKeys("OpenVPN/vpnconfig.ovpn", "Generic/VpnSettings.xml", "Generic/VpnServerRoot.cer");
        assertThat(files.get("OpenVPN/vpnconfig.ovpn"))
                .contains("remote vpn.example.test 1194 udp\n", "remote vpn.example.test 443 tcp-client\n")
                .contains("verify-x509-name vpn.example.test name\n", "remote-cert-tls server\n")
                .contains("<ca>\n", "<cert>\n", "<key>\n", "<tls-crypt>\n")
                .doesNotContain("auth-user-pass")
                .doesNotContain("comp");
        // the same certificate again, until it is revoked
        assertThat(export("dave").get("OpenVPN/vpnconfig.ovpn")).isEqualTo(files.get("OpenVPN/vpnconfig.ovpn"));
        String thumbprint = listed("dave").path("thumbprint").asString();
        assertThat(CommandLines.run("cert", "revoke", thumbprint, "-c", config).status())
                .isZero();
        assertThat(export("dave").get("OpenVPN/vpnconfig.ovpn")).isNotEqualTo(files.get("OpenVPN/vpnconfig.ovpn"));
    }

    /** 2.4 ends at an option that it does not know, and before 2.6 this one must not be beside a remote over TCP. */
    @Test
    void profileHoldsNothingThatOpenVpn24RefusesToStartWith() throws IOException {
        assertThat(export(null).getOrDefault("OpenVPN/vpnconfig.ovpn", ""))
                .contains("ignore-unknown-option data-ciphers\ndata-ciphers ")
                .doesNotContain("explicit-exit-notify");
    }

    /** Clients before 2.6 are not pushed it. */
    @ParameterizedTest
    @CsvSource({"1400, 1400", "1500, 1500", "600, 1280"})
    void profileHasTheNetworksMtu(int network, int profile) throws IOException {
        Path yaml = Path.of(CommandLines.init(directory.resolve("mtu" + network)));
        Files.writeString(yaml, Files.readString(yaml).replace("mtu: 1400", "mtu: " + network));
        assertThat(exportFrom(yaml.toString(), null)
                        .getOrDefault("OpenVPN/vpnconfig.ovpn", "")
                        .lines())
                .containsOnlyOnce("tun-mtu " + profile);
    }

    @Test
    void everyProfileHasAKeyOfItsOwnWhereClientsHaveTheirOwn() throws Exception {
        Path etc = directory.resolve("own-keys");
        assertThat(CommandLines.run("init", etc.toString(), "--name", "vpn.example.test", "--tls-crypt-v2")
                        .status())
                .isZero();
        String yaml = etc.resolve("gateway.yaml").toString();
        assertThat(CommandLines.run("check", "-c", yaml)).isEqualTo(new Outcome(0, yaml + ": ok\n", ""));
        assertThat(etc.resolve("pki/tls-crypt.key")).doesNotExist();
        String one = exportFrom(yaml, "erin").getOrDefault("OpenVPN/vpnconfig.ovpn", "");
        String two = exportFrom(yaml, "erin").getOrDefault("OpenVPN/vpnconfig.ovpn", "");
        assertThat(one).contains("<tls-crypt-v2>\n-----BEGIN OpenVPN tls-crypt-v2 client key-----\n");
        assertThat(one).doesNotContain("<tls-crypt>").isNotEqualTo(two);
        String block = one.substring(one.indexOf("<tls-crypt-v2>"), one.indexOf("</tls-crypt-v2>"));
        try (ClientKeyV2 client = ClientKeyV2.parse(block)) {
            // 32 of tag, 256 of key, 9 of timestamp, 2 of length
            assertThat(client.wrapped().length()).isEqualTo(299);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tls-auth: pki/tls-crypt.key | key-direction 1 | auth SHA",
                "tls-auth: pki/tls-crypt.key, tls-auth-direction: 1, tls-auth-digest: SHA256 | auth SHA256;key-direction 0 | none",
                "tls-auth: pki/tls-crypt.key, tls-auth-direction: none | remote-cert-tls server | key-direction"
            })
    void profileOfTlsAuthHasWhatGoesWithTheKey(String keys, String lines, String absent) throws IOException {
        Path etc = directory.resolve("auth" + Integer.toHexString(keys.hashCode()));
        String yaml = CommandLines.init(etc);
        Path file = Path.of(yaml);
        Files.writeString(
                file, Files.readString(file).replace("tls-crypt: pki/tls-crypt.key", keys.replace(", ", "\n    ")));
        assertThat(CommandLines.run("check", "-c", yaml).status()).isZero();
        String profile = exportFrom(yaml, null).getOrDefault("OpenVPN/vpnconfig.ovpn", "");
        assertThat(profile.lines()).contains(lines.split(";", -1)).contains("<tls-auth>");
        assertThat(profile.lines()).noneMatch(line -> line.startsWith(absent));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tls-crypt-v2 | pki/none.key | does not exist",
                "tls-crypt-v2 | pki/tls-crypt.key | is not an OpenVPN tls-crypt-v2 server key; make one with: openvpn --genkey tls-crypt-v2-server FILE",
                "tls-auth | pki/server.crt | is not an OpenVPN static key; make one with: openvpn --genkey tls-crypt FILE"
            })
    void keysThatAreNoneAreFoundByCheck(String key, String file, String mistake) throws IOException {
        Path etc = directory.resolve("bad" + Integer.toHexString((key + file).hashCode()));
        Path yaml = Path.of(CommandLines.init(etc));
        Files.writeString(yaml, Files.readString(yaml).replace("tls-crypt: pki/tls-crypt.key", key + ": " + file));
        Outcome outcome = CommandLines.run("check", "-c", yaml.toString());
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.out() + outcome.err()).contains(etc.resolve(file) + " " + mistake);
        Outcome export = CommandLines.run("profile", "export", "--out", etc + "/p.zip", "-c", yaml.toString());
        assertThat(export.status()).isEqualTo(1);
    }

    @Test
    void profileForAnybodyAsksForThePassword() throws IOException {
        assertThat(export(null).get("OpenVPN/vpnconfig.ovpn"))
                .contains("auth-user-pass\n")
                .doesNotContain("<key>");
    }

    private static Map<String, String> export(@Nullable String user) throws IOException {
        return exportFrom(config, user);
    }

    private static Map<String, String> exportFrom(String config, @Nullable String user) throws IOException {
        Path file = directory.resolve("profile.zip");
        Outcome outcome = user == null
                ? CommandLines.run("profile", "export", "--out", file.toString(), "-c", config)
                : CommandLines.run("profile", "export", "--out", file.toString(), "--user", user, "-c", config);
        assertThat(outcome.status()).as("%s", outcome).isZero();
        Map<String, String> files = new TreeMap<>();
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.ISO_8859_1));
            }
        }
        return files;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "user",
                "cert revoke abc",
                "sessions disconnect",
                "run --no-such-option",
                "init",
                "status -c /nonexistent/gateway.yaml",
                ""
            })
    void wrongUsageIsOneSentenceAndStatusTwo(String arguments) {
        Outcome outcome = CommandLines.run(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1));
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err().lines()).hasSize(1);
        assertThat(outcome.err()).startsWith("sallyport: ").endsWith(".\n").doesNotContain("Exception");
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "sessions list", "sessions show 1", "sessions disconnect 1"})
    void askingAGatewayThatDoesNotRunFails(String arguments) {
        Outcome outcome = CommandLines.run((arguments + " -c " + config).split(" ", -1));
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err()).contains("No gateway answers at").endsWith(".\n");
    }

    @Test
    void versionAndHelpAreStatusZero() {
        assertThat(CommandLines.run("--version").out()).startsWith("sallyport ");
        assertThat(CommandLines.run("cert", "issue", "--help").out()).contains("--password-stdin");
    }
}
