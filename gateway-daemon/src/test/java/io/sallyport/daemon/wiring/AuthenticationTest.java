package io.sallyport.daemon.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.auth.Thumbprint;
import io.sallyport.core.octets.Secret;
import io.sallyport.daemon.config.ConfigReader;
import io.sallyport.daemon.config.GatewayConfig;
import io.sallyport.daemon.config.InitialConfig;
import io.sallyport.daemon.pki.CertificateAuthority;
import io.sallyport.daemon.pki.CertificateAuthority.Issued;
import io.sallyport.daemon.pki.RevocationList;
import io.sallyport.daemon.users.UsersFile;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Users and revocations change beside a gateway that runs. */
class AuthenticationTest {
    @TempDir
    Path directory;

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(Authentication.class);
    private CertificateAuthority authority;
    private GatewayConfig config;
    private UsersFile users;
    private RevocationList revocations;
    private Authentication authentication;
    private final AtomicInteger sweeps = new AtomicInteger();

    @BeforeEach
    void make() throws Exception {
        authority = NewGateway.create(
                directory,
                "vpn.example.test",
                new InitialConfig("vpn.example.test", "10.8.0.0/24", false, "./state").text(),
                false,
                "./state");
        users = new UsersFile(directory.resolve("users.yaml"));
        users.add("bob", password());
        config = Objects.requireNonNull(
                ConfigReader.read(directory.resolve("gateway.yaml")).config());
        revocations = new RevocationList(config.gateway().state());
        authentication = Authentication.of(config, new SecureRandom());
        authentication.whenRevoked(sweeps::incrementAndGet);
        lines.start();
        logger.addAppender(lines);
        // a command that another test ran in this process may have silenced everything
        logger.setLevel(Level.ERROR);
    }

    @AfterEach
    void stop() {
        logger.setLevel(null);
        logger.detachAppender(lines);
    }

    @Test
    void revocationCountsAtTheNextLoginAndHasItsSessionsEnded() throws Exception {
        Issued alice = authority.issueClient("alice", CertificateAuthority.LEAF_VALIDITY);
        Grant grant = accepted(certificate(alice));
        revocations.add(Thumbprint.sha1(alice.certificate()));
        assertThat(authentication.holds(grant)).as("until somebody looks").isTrue();
        assertThat(authentication.authenticate(certificate(alice))).isInstanceOf(AuthDecision.Reject.class);
        assertThat(authentication.holds(grant)).isFalse();
        assertThat(sweeps).hasValue(1);
        assertThat(authentication.holds(accepted(login()))).isTrue();
    }

    @Test
    void removedUserHoldsNoMoreAndOneWithANewPasswordDoes() throws Exception {
        Grant grant = accepted(login());
        users.changePassword("bob", Secret.ofChars("another".toCharArray()));
        authentication.install(authentication.read(config));
        assertThat(authentication.holds(grant)).isTrue();
        users.remove("bob");
        assertThat(authentication.holds(grant)).isTrue();
        authentication.install(authentication.read(config));
        assertThat(authentication.holds(grant)).isFalse();
    }

    /** A file in the middle of being written: neither anybody's access nor the log suffers. */
    @Test
    void brokenUsersFileCostsOneLineAndNobodyTheLogin() throws Exception {
        Grant grant = accepted(login());
        Path file = directory.resolve("users.yaml");
        String good = Files.readString(file);
        for (int length = 0; length < good.length() - 1; length += 7) {
            Files.writeString(file, good.substring(0, length));
            if (Files.readString(file).contains("}")) {
                break;
            }
            assertThat(authentication.authenticate(login())).isInstanceOf(AuthDecision.Accept.class);
            assertThat(authentication.authenticate(login())).isInstanceOf(AuthDecision.Accept.class);
        }
        Files.delete(file);
        assertThat(authentication.authenticate(login())).isInstanceOf(AuthDecision.Accept.class);
        assertThat(authentication.holds(grant)).isTrue();
        List<String> said = lines.list.stream()
                .map(ILoggingEvent::getFormattedMessage)
                .distinct()
                .toList();
        assertThat(lines.list).isNotEmpty().hasSameSizeAs(said);
        assertThat(said).allMatch(line -> line.endsWith("The gateway goes on with what it knew before."));
        Files.writeString(file, good);
        assertThat(authentication.authenticate(login())).isInstanceOf(AuthDecision.Accept.class);
    }

    @Test
    void listOfTheRevokedThatVanishesLetsNobodyInAgain() throws Exception {
        Issued alice = authority.issueClient("alice", CertificateAuthority.LEAF_VALIDITY);
        revocations.add(Thumbprint.sha256(alice.certificate()));
        assertThat(authentication.authenticate(certificate(alice))).isInstanceOf(AuthDecision.Reject.class);
        Files.delete(revocations.file());
        assertThat(authentication.authenticate(certificate(alice))).isInstanceOf(AuthDecision.Reject.class);
        users.remove("bob");
        Judges read = authentication.read(config);
        assertThat(read.files().warnings())
                .singleElement()
                .asString()
                .contains("is gone, and the 1 certificates that it named stay revoked; put it back");
        assertThat(read.users()).as("who was removed meanwhile").isEmpty();
        authentication.install(read);
        assertThat(authentication.authenticate(certificate(alice))).isInstanceOf(AuthDecision.Reject.class);
        assertThat(authentication.authenticate(login())).isInstanceOf(AuthDecision.Reject.class);
        assertThat(lines.list).as("said once").hasSize(1);
        revocations.add("aabbccddeeff00112233445566778899aabbccdd");
        assertThat(authentication.authenticate(certificate(alice)))
                .as("nor does the list that is begun then")
                .isInstanceOf(AuthDecision.Reject.class);
        assertThat(authentication.read(config).listed()).hasSize(2);
        Files.writeString(revocations.file(), "");
        assertThat(authentication.authenticate(certificate(alice))).isInstanceOf(AuthDecision.Accept.class);
    }

    /** Whoever replaced it with one that the gateway's user cannot read still withdraws access. */
    @Test
    void rootThatCannotBeReadIsInNoWithdrawalsWay() throws Exception {
        Issued alice = authority.issueClient("alice", CertificateAuthority.LEAF_VALIDITY);
        accepted(certificate(alice));
        Files.writeString(directory.resolve("pki/ca.crt"), "");
        revocations.add(Thumbprint.sha1(alice.certificate()));
        users.remove("bob");
        assertThat(authentication.authenticate(certificate(alice))).isInstanceOf(AuthDecision.Reject.class);
        assertThat(authentication.authenticate(login())).isInstanceOf(AuthDecision.Reject.class);
        assertThatThrownBy(() -> authentication.read(config)).hasMessageContaining("ca.crt");
    }

    @Test
    void brokenUsersFileIsInNoRevocationsWay() throws Exception {
        Issued alice = authority.issueClient("alice", CertificateAuthority.LEAF_VALIDITY);
        accepted(certificate(alice));
        Files.writeString(directory.resolve("users.yaml"), "users: [");
        revocations.add(Thumbprint.sha1(alice.certificate()));
        assertThat(authentication.authenticate(certificate(alice))).isInstanceOf(AuthDecision.Reject.class);
        assertThat(authentication.authenticate(login())).isInstanceOf(AuthDecision.Accept.class);
        Files.writeString(directory.resolve("users.yaml"), UsersFile.empty());
        assertThat(authentication.authenticate(login())).isInstanceOf(AuthDecision.Reject.class);
    }

    @Test
    void brokenListOfTheRevokedIsInNoUsersWayAndAllowsNobody() throws Exception {
        Issued alice = authority.issueClient("alice", CertificateAuthority.LEAF_VALIDITY);
        revocations.add(Thumbprint.sha1(alice.certificate()));
        assertThat(authentication.authenticate(certificate(alice))).isInstanceOf(AuthDecision.Reject.class);
        Files.writeString(revocations.file(), "AB:CD bob left\n");
        users.remove("bob");
        assertThat(authentication.authenticate(login())).isInstanceOf(AuthDecision.Reject.class);
        assertThat(authentication.authenticate(certificate(alice))).isInstanceOf(AuthDecision.Reject.class);
        assertThatThrownBy(() -> authentication.read(config)).hasMessageContaining("revoked.txt:1: ");
        assertThatThrownBy(() -> Authentication.of(config, new SecureRandom())).hasMessageContaining("revoked.txt:1: ");
    }

    /** A part of a users' file can be a whole one: nobody loses access by it. */
    @Test
    void fileThatChangesWhileItIsReadIsNotTaken() throws Exception {
        AtomicInteger writing = new AtomicInteger();
        Function<GatewayConfig, FileStamps> stamping = read -> {
            FileStamps.Stamp users = FileStamps.of(read).users();
            int size = writing.get() == 0 ? 0 : writing.incrementAndGet();
            return new FileStamps(users, new FileStamps.Stamp(null, null, size));
        };
        Authentication watched = Authentication.of(config, new SecureRandom(), stamping, Instant::now);
        Files.writeString(directory.resolve("users.yaml"), UsersFile.empty());
        writing.set(1);
        assertThatThrownBy(() -> watched.read(config)).hasMessageContaining("is being written; try again");
        assertThatThrownBy(watched::readFiles).hasMessageContaining("is being written; try again");
        assertThat(watched.authenticate(login())).isInstanceOf(AuthDecision.Accept.class);
        writing.set(0);
        assertThat(watched.authenticate(login())).isInstanceOf(AuthDecision.Reject.class);
    }

    @Test
    void rootsAreReadOnlyWhereCertificatesAreAMethod() throws Exception {
        Path file = directory.resolve("gateway.yaml");
        Files.writeString(
                file,
                Files.readString(file)
                        .replace("methods: [certificate, local]", "methods: [local]")
                        .replace("pki/ca.crt]", "pki/gone.crt]"));
        GatewayConfig local = Objects.requireNonNull(ConfigReader.check(file).config(), "accepted by check");
        assertThat(local.auth().roots()).containsExactly(directory.resolve("pki/gone.crt"));
        assertThat(Authentication.of(local, new SecureRandom()).roots()).isEmpty();
    }

    @Test
    void methodThatIsTakenAwayTakesItsGrantsAlong() throws Exception {
        Grant bob = accepted(login());
        Path file = directory.resolve("gateway.yaml");
        Files.writeString(
                file, Files.readString(file).replace("methods: [certificate, local]", "methods: [certificate]"));
        GatewayConfig changed = Objects.requireNonNull(ConfigReader.read(file).config());
        authentication.install(authentication.read(changed));
        assertThat(authentication.holds(bob)).isFalse();
        assertThat(authentication.authenticate(login())).isInstanceOf(AuthDecision.Reject.class);
    }

    @Test
    void tokenOfARemovedUserIsGoneAlsoWhenTheNameIsGivenToSomebodyElse() throws Exception {
        String token = token(accepted(login()));
        accepted(login(token));
        users.remove("bob");
        authentication.install(authentication.read(config));
        users.add("bob", Secret.ofChars("another".toCharArray()));
        authentication.install(authentication.read(config));
        assertExpired(login(token));
        assertThat(authentication.tokenCount()).isZero();
    }

    /** What was known of the password counts no more, so neither does what was given for it. */
    @Test
    void changedPasswordEndsItsTokens() throws Exception {
        users.add("carol", password());
        String token = token(accepted(login()));
        users.changePassword("carol", Secret.ofChars("another".toCharArray()));
        accepted(login(token));
        users.changePassword("bob", Secret.ofChars("another".toCharArray()));
        assertExpired(login(token));
    }

    /** What came in before goes on, and logs in no more: neither with the password nor with what was given for it. */
    @Test
    void expiredPasswordEndsItsTokensAndNoSession() throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2027-01-30T23:59:59Z"));
        Path file = directory.resolve("users.yaml");
        Files.writeString(file, Files.readString(file).replace(" }", ", password-expires: 2027-01-31 }"));
        authentication = Authentication.of(config, new SecureRandom(), FileStamps::of, now::get);
        Grant grant = accepted(login());
        String token = token(grant);
        accepted(login(token));
        now.set(Instant.parse("2027-01-31T00:00:00Z"));
        assertThat(authentication.holds(grant)).isTrue();
        assertExpired(login(token));
        assertThat(authentication.authenticate(login()))
                .isInstanceOfSatisfying(
                        AuthDecision.Reject.class,
                        reject -> assertThat(reject.reason()).isEqualTo(RejectReason.PASSWORD_EXPIRED));
    }

    @Test
    void tokenThatCameWithACertificateFallsWithIt() throws Exception {
        Issued alice = authority.issueClient("alice", CertificateAuthority.LEAF_VALIDITY);
        String token = token(accepted(both(alice, password())));
        Grant again = accepted(both(alice, secret(token)));
        assertThat(again.user()).isEqualTo("bob");
        assertThat(again.evidence()).hasSize(2);
        revocations.add(Thumbprint.sha1(alice.certificate()));
        assertThat(authentication.authenticate(both(alice, secret(token)))).isInstanceOf(AuthDecision.Reject.class);
        assertThat(authentication.holds(again)).isFalse();
        assertExpired(login(token));
    }

    @Test
    void reloadWithoutTokensEndsThoseThatThereAre() throws Exception {
        String token = token(accepted(login()));
        Path file = directory.resolve("gateway.yaml");
        Files.writeString(file, Files.readString(file).replace("    tls-crypt:", "    auth-token: 0s\n    tls-crypt:"));
        GatewayConfig changed = Objects.requireNonNull(ConfigReader.read(file).config());
        authentication.install(authentication.read(changed));
        assertExpired(login(token));
        assertThat(authentication.tokens().issue("bob", accepted(login()))).isNull();
    }

    @Test
    void disconnectedUserShowsThePasswordAgain() throws Exception {
        String token = token(accepted(login()));
        authentication.endTokens("alice");
        accepted(login(token));
        authentication.endTokens("bob");
        assertExpired(login(token));
        accepted(login());
    }

    private String token(Grant grant) {
        return Objects.requireNonNull(authentication.tokens().issue("bob", grant))
                .text();
    }

    private void assertExpired(AuthRequest request) throws InterruptedException {
        assertThat(authentication.authenticate(request))
                .isInstanceOfSatisfying(
                        AuthDecision.Reject.class,
                        reject -> assertThat(reject.reason()).isEqualTo(RejectReason.TOKEN_EXPIRED));
    }

    private static AuthRequest login(String token) {
        return new AuthRequest.Password(client(), "bob", secret(token), null);
    }

    private static AuthRequest both(Issued issued, Secret password) {
        return new AuthRequest.Every(
                client(), List.of(certificate(issued), new AuthRequest.Password(client(), "bob", password, null)));
    }

    private static Secret secret(String text) {
        return Secret.ofChars(text.toCharArray());
    }

    private Grant accepted(AuthRequest request) throws InterruptedException {
        return ((AuthDecision.Accept) authentication.authenticate(request)).grant();
    }

    private static AuthRequest certificate(Issued issued) {
        return new AuthRequest.CertificateChain(client(), List.of(issued.certificate()));
    }

    private static AuthRequest login() {
        return new AuthRequest.Password(client(), "bob", password(), null);
    }

    private static Secret password() {
        return Secret.ofChars("secret".toCharArray());
    }

    private static ClientContext client() {
        return new ClientContext(
                "test", "1", new InetSocketAddress("192.0.2.7", 40000), new InetSocketAddress("198.51.100.1", 443));
    }
}
