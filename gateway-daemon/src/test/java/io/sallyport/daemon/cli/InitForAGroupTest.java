package io.sallyport.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.daemon.cli.CommandLines.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code init --group}, for a gateway with a user of its own. */
class InitForAGroupTest {
    @TempDir
    Path directory;

    private String group = "";

    @BeforeEach
    void ownGroup() throws IOException {
        group = Files.readAttributes(directory, PosixFileAttributes.class)
                .group()
                .getName();
    }

    private Outcome init(Path to, String forGroup) {
        return CommandLines.run("init", to.toString(), "--name", "vpn.example.test", "--group", forGroup);
    }

    @Test
    void aGroupThatIsNotThereIsSaidBeforeAnythingIsMade() {
        Path etc = directory.resolve("etc");
        Outcome refused = init(etc, "no-such-group-7d1f");
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err())
                .isEqualTo(
                        "sallyport: There is no group 'no-such-group-7d1f'; make it with 'groupadd --system no-such-group-7d1f', or name another with --group.\n");
        assertThat(etc).doesNotExist();
        assertThat(init(etc, group).status()).isZero();
    }

    @Test
    void theGroupCanGetToADirectoryWhoseParentsWereMadeToo() throws IOException {
        Path etc = directory.resolve("srv/vpn/etc");
        assertThat(init(etc, group).status()).isZero();
        for (String made : new String[] {"srv", "srv/vpn", "srv/vpn/etc", "srv/vpn/etc/pki"}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(made))))
                    .as(made)
                    .isEqualTo("rwxr-x---");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .as("what was there before")
                .isEqualTo("rwx------");
    }
}
