package io.sallyport.daemon.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFilesTest {
    @TempDir
    Path directory;

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
