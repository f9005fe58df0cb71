package io.sallyport.daemon.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.core.octets.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsersFileTest {
    private static final String HASH = "nt-hash: 00112233445566778899aabbccddeeff";

    @TempDir
    Path directory;

    private Path file;
    private UsersFile users;

    @BeforeEach
    void name() {
        file = directory.resolve("users.yaml");
        users = new UsersFile(file);
    }

    @Test
    void whatTheOperatorMayWriteIsRead() throws Exception {
        write("users: { bob: { " + HASH + ", disabled: true, groups: [one, two], ipv4: 10.8.0.9 }, eve: { " + HASH
                + ", disabled: false } }");
        assertThat(users.read().get("bob")).satisfies(bob -> {
            assertThat(bob.disabled()).isTrue();
            assertThat(bob.groups()).containsExactlyInAnyOrder("one", "two");
            assertThat(String.valueOf(bob.ipv4())).isEqualTo("/10.8.0.9");
        });
        assertThat(users.read().get("eve"))
                .satisfies(eve -> assertThat(eve.disabled()).isFalse());
    }

    /** Each was meant to say something, and as likely as not to keep the user out. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "disabled: yes | : user 'bob': disabled is neither true nor false; write true or false",
                "disabled: 1 | : user 'bob': disabled is neither true nor false; write true or false",
                "disabled: | : user 'bob': disabled is neither true nor false; write true or false",
                "disable: true | : user 'bob': unknown key 'disable'; known here: disabled, groups, ipv4, nt-hash, password-expires",
                "groups: admin | : user 'bob': groups is not a list of names; write [one, another]",
                "ipv4: 10.8.0 | : user 'bob': ipv4 is not an address; write it as 172.16.201.9",
                "password-expires: | : user 'bob': password-expires is not a day; write it as 2027-01-31",
                "password-expires: never | : user 'bob': password-expires is not a day; write it as 2027-01-31",
                "password-expires: 20270131 | : user 'bob': password-expires is not a day; write it as 2027-01-31",
                "password-expires: 2027-02-29 | : user 'bob': password-expires is not a day; write it as 2027-01-31",
                "password-expires: 2027-1-31 | : user 'bob': password-expires is not a day; write it as 2027-01-31",
                "password-expires: +12027-01-31 | : user 'bob': password-expires is not a day; write it as 2027-01-31",
                "password-expires: 2027-01-31T00:00:00Z | : user 'bob': password-expires is not a day; write it as 2027-01-31",
                "disabled: true, disabled: false | is not valid YAML, or has a name or key twice near line 1; correct it"
            })
    void fieldThatIsNotUnderstoodIsAMistake(String field, String sentence) throws IOException {
        write("users: { bob: { " + HASH + ", " + field + " } }");
        assertRefused(sentence);
    }

    /** Whoever writes the file anew for another user keeps the day; a new password has none. */
    @Test
    void passwordExpiresUntilItIsANewOne() throws Exception {
        write("users: { bob: { " + HASH + ", password-expires: 2027-01-31 }, eve: { " + HASH
                + ", password-expires: \"2027-02-28\" } }");
        users.changePassword("eve", secret("another"));
        assertThat(users.read().get("bob"))
                .satisfies(bob -> assertThat(bob.passwordExpires()).isEqualTo(LocalDate.of(2027, 1, 31)));
        assertThat(users.read().get("eve"))
                .satisfies(eve -> assertThat(eve.passwordExpires()).isNull());
        assertThat(Files.readString(file))
                .contains("password-expires: 2027-01-31")
                .doesNotContain("2027-02-28");
    }

    @Test
    void nothingInTheFileIsLeftOut() throws IOException {
        write("users: {}\nuser: { bob: { " + HASH + " } }");
        assertRefused(": unknown key 'user'; known here: users");
        write("users: { bob: { " + HASH + ", disabled: true }, bob: { " + HASH + " } }");
        assertRefused("has a name or key twice near line 1");
        write("users: {}\n---\nusers: { bob: { " + HASH + " } }");
        assertRefused("is not valid YAML");
    }

    @Test
    void passwordHasAsManyCharactersAsItSays() throws Exception {
        users.add("bob", secret("ä".repeat(256)));
        assertThatThrownBy(() -> users.changePassword("bob", secret("ä".repeat(257))))
                .hasMessage("a password has 1 to 256 characters");
    }

    private void write(String text) throws IOException {
        Files.writeString(file, text);
    }

    private void assertRefused(String sentence) {
        assertThatThrownBy(users::read)
                .isInstanceOf(UsersException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(sentence);
    }

    private static Secret secret(String text) {
        return Secret.ofChars(text.toCharArray());
    }
}
