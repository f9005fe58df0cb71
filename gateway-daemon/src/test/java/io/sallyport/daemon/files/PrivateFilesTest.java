package io.sallyport.daemon.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

class PrivateFilesTest {
    private static final byte[] OCTETS = {1, 2, 3};

    @TempDir
    Path directory;

    @Test
    void whatIsHandedOutIsForItsOwnerAloneWhateverWasThere() throws Exception {
        Path file = Files.writeString(directory.resolve("out"), "before");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        PrivateFiles.handOut(file, OCTETS);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(file).hasBinaryContent(OCTETS);
    }

    @Test
    void whatTheGroupCouldReadOfTheGatewayItStillCan() throws Exception {
        Path file = Files.writeString(directory.resolve("users.yaml"), "before");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        PrivateFiles.write(file, OCTETS);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
    }

    @Test
    @EnabledIf("io.sallyport.daemon.files.Owners#canBeChosen")
    void rootGivesAwayTheGatewaysOwnFilesAlone() throws Exception {
        String root = Owners.of(directory);
        Path before = Files.writeString(directory.resolve("before"), "theirs");
        Owners.give(directory);
        Owners.give(before);
        PrivateFiles.handOut(before, OCTETS);
        PrivateFiles.handOut(directory.resolve("new"), OCTETS);
        PrivateFiles.write(directory.resolve("state"), OCTETS);
        assertThat(Owners.of(before)).isEqualTo(root);
        assertThat(Owners.of(directory.resolve("new"))).isEqualTo(root);
        assertThat(Owners.of(directory.resolve("state"))).isEqualTo(Owners.of(directory));
    }

    @Test
    void twoThatGoTogetherAreBothReplaced() throws IOException {
        Path key = Files.writeString(directory.resolve("key"), "old");
        Path chain = directory.resolve("chain");
        PrivateFiles.writeBoth(key, "new key", chain, "new chain");
        assertThat(key).hasContent("new key");
        assertThat(chain).hasContent("new chain");
        assertOnly(key, chain);
    }

    @Test
    void neitherOfTwoIsReplacedWhenOneCannotBeWritten() throws IOException {
        Path key = Files.writeString(directory.resolve("key"), "old");
        Path chain = directory.resolve("nowhere/chain");
        assertThatThrownBy(() -> PrivateFiles.writeBoth(key, "new key", chain, "new chain"))
                .isInstanceOf(IOException.class);
        assertThat(key).hasContent("old");
        assertOnly(key);
    }

    private void assertOnly(Path... files) throws IOException {
        try (Stream<Path> found = Files.list(directory)) {
            assertThat(found).containsExactlyInAnyOrder(files);
        }
    }
}
