package io.sallyport.core.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalUsersTest {
    private static final Octets AUTHENTICATOR_CHALLENGE = Octets.fromHex("5b5d7c7d7b3f2f3e3c2c602132262628");
    private static final Octets PEER_CHALLENGE = Octets.fromHex("21402324255e262a28295f2b3a337c7e");
    private static final Octets NT_RESPONSE = Octets.fromHex("82309ecd8d708b5ea08faa3981cd83544233114a3d85d6df");

    private final LocalUsers users = new LocalUsers(
            Map.of(
                    "User", user("User", "clientPass", false),
                    "bob", user("bob", "p\u00e4ss", false),
                    "CORP\\bob", user("CORP\\bob", "other", false),
                    "carol", user("carol", "ivory", true)),
            new FailureDamping(),
            new SecureRandom(),
            Instant::now);

    static LocalUser user(String name, String password, boolean disabled) {
        try (Secret secret = Secret.taking(password.getBytes(StandardCharsets.UTF_8))) {
            return new LocalUser(name, MsChapV2Hashes.ntHash(secret), disabled, Set.of("staff"), null);
        }
    }

    @ParameterizedTest
    @CsvSource({"User, clientPass, User", "bob, päss, bob", "CORP\\bob, other, CORP\\bob", "ELSE\\bob, päss, bob"})
    void acceptsTheRightPassword(String name, String password, String user) {
        assertThat(password(name, password)).isInstanceOfSatisfying(AuthDecision.Accept.class, accept -> {
            assertThat(accept.grant().user()).isEqualTo(user);
            assertThat(accept.grant().groups()).containsExactly("staff");
            assertThat(accept.grant().keyingMaterial()).isNull();
        });
    }

    @ParameterizedTest
    @CsvSource({
        "User, clientpass",
        "User, ''",
        "nobody, clientPass",
        "'', ''",
        "CORP\\bob, päss",
        "carol, wrong",
        "user, clientPass"
    })
    void neverTellsAWrongNameFromAWrongPassword(String name, String password) {
        assertThat(password(name, password)).isInstanceOfSatisfying(AuthDecision.Reject.class, reject -> {
            assertThat(reject.reason()).isEqualTo(RejectReason.BAD_CREDENTIALS);
            assertThat(reject.message()).isNull();
        });
    }

    @Test
    void tellsADisabledUserOnlyWithTheRightPassword() {
        assertThat(password("carol", "ivory"))
                .isInstanceOfSatisfying(
                        AuthDecision.Reject.class,
                        reject -> assertThat(reject.reason()).isEqualTo(RejectReason.ACCOUNT_DISABLED));
    }

    /** The day begins in UTC, wherever the gateway is. */
    @ParameterizedTest
    @CsvSource({
        "2027-01-30T23:59:59Z, clientPass, ",
        "2027-01-31T00:00:00Z, clientPass, PASSWORD_EXPIRED",
        "2028-06-01T12:00:00Z, clientPass, PASSWORD_EXPIRED",
        "2028-06-01T12:00:00Z, wrong, BAD_CREDENTIALS"
    })
    void tellsOfAnExpiredPasswordOnlyWhoKnowsIt(Instant now, String password, @Nullable RejectReason reason) {
        LocalUsers expiring = expiring(now);
        boolean right = password.equals("clientPass");
        try (Secret secret = Secret.taking(password.getBytes(StandardCharsets.UTF_8))) {
            assertThat(reasonOf(expiring.authenticate(new AuthRequest.Password(Clients.ONE, "User", secret, null))))
                    .isEqualTo(reason);
        }
        Octets response = right ? NT_RESPONSE : PEER_CHALLENGE;
        assertThat(reasonOf(expiring.authenticate(new AuthRequest.MsChapV2(
                        Clients.ONE, "User", 7, AUTHENTICATOR_CHALLENGE, PEER_CHALLENGE, response))))
                .isEqualTo(reason);
        // Who is up already stays so.
        assertThat(expiring.holds(new Evidence.LocalAccount("User"))).isTrue();
        assertThat(expiring.isPasswordExpired(new Evidence.LocalAccount("User")))
                .isEqualTo(!now.isBefore(Instant.parse("2027-01-31T00:00:00Z")));
    }

    static LocalUsers expiring(Instant now) {
        LocalUser user = user("User", "clientPass", false);
        return new LocalUsers(
                Map.of("User", new LocalUser("User", user.ntHash(), false, Set.of(), null, LocalDate.of(2027, 1, 31))),
                new FailureDamping(),
                new SecureRandom(),
                () -> now);
    }

    private static @Nullable RejectReason reasonOf(AuthDecision decision) {
        return decision instanceof AuthDecision.Reject reject ? reject.reason() : null;
    }

    @ParameterizedTest
    @CsvSource({"User", "CORP\\User"})
    void acceptsTheExampleOfRfc2759WithProofAndKeys(String name) {
        assertThat(msChapV2(name, NT_RESPONSE)).isInstanceOfSatisfying(AuthDecision.Accept.class, accept -> {
            assertThat(accept.message()).isEqualTo("S=407A5589115FD0D6209F510FE9C04566932CDA56");
            assertThat(accept.grant().user()).isEqualTo("User");
            assertThat(accept.grant().keyingMaterial()).isNotNull();
        });
    }

    @Test
    void refusesEveryOtherResponseAndLeavesTheMessageToTheProtocol() {
        for (int i = 0; i < NT_RESPONSE.length(); i++) {
            byte[] changed = NT_RESPONSE.toByteArray();
            changed[i] ^= 1;
            assertThat(msChapV2("User", Octets.of(changed)))
                    .isInstanceOfSatisfying(AuthDecision.Reject.class, reject -> {
                        assertThat(reject.reason()).isEqualTo(RejectReason.BAD_CREDENTIALS);
                        assertThat(reject.message()).isNull();
                    });
        }
        assertThat(msChapV2("nobody", NT_RESPONSE)).isInstanceOf(AuthDecision.Reject.class);
        assertThat(msChapV2("User", Octets.EMPTY)).isInstanceOf(AuthDecision.Reject.class);
    }

    @Test
    void detailsForTheLogCarryNoControlCharactersAndNoPassword() {
        assertThat(password("eve\nuser=root\u001b[2J", "hunter2hunter2"))
                .isInstanceOfSatisfying(
                        AuthDecision.Reject.class,
                        reject -> assertThat(reject.detail())
                                .contains("eve?user=root?[2J")
                                .doesNotContain("hunter2"));
    }

    @Test
    void fixedAddressOfAUserIsGranted() throws Exception {
        Inet4Address fixed = (Inet4Address) InetAddress.getByName("172.16.201.9");
        LocalUser dave = user("dave", "new", false);
        LocalUsers withAddress = new LocalUsers(
                Map.of("dave", new LocalUser("dave", dave.ntHash(), false, Set.of(), fixed)),
                new FailureDamping(),
                new SecureRandom(),
                Instant::now);
        AuthRequest request = new AuthRequest.Password(Clients.ONE, "dave", Secret.ofChars("new".toCharArray()), null);
        assertThat(withAddress.authenticate(request))
                .isInstanceOfSatisfying(
                        AuthDecision.Accept.class,
                        accept -> assertThat(accept.grant().ipv4()).isEqualTo(fixed));
    }

    @Test
    void leavesOtherRequestsToOthers() {
        assertThat(users.authenticate(new AuthRequest.CertificateChain(Clients.ONE, List.of())))
                .isInstanceOfSatisfying(
                        AuthDecision.Reject.class,
                        reject -> assertThat(reject.reason()).isEqualTo(RejectReason.METHOD_UNSUPPORTED));
    }

    @Test
    void refusesHashesOfTheWrongLength() {
        assertThatThrownBy(() -> new LocalUser("x", Secret.taking(new byte[15]), false, Set.of(), null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(user("x", "secret", false).toString()).contains("***");
    }

    private AuthDecision password(String name, String password) {
        try (Secret secret = Secret.taking(password.getBytes(StandardCharsets.UTF_8))) {
            return users.authenticate(new AuthRequest.Password(Clients.ONE, name, secret, null));
        }
    }

    private AuthDecision msChapV2(String name, Octets response) {
        return users.authenticate(
                new AuthRequest.MsChapV2(Clients.ONE, name, 7, AUTHENTICATOR_CHALLENGE, PEER_CHALLENGE, response));
    }
}
