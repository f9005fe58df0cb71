package io.sallyport.daemon.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockFileTest {
    @TempDir
    Path directory;

    /** Root runs commands in a directory that belongs to the gateway's user. */
    @Test
    void linkInItsPlaceIsNotFollowed() throws IOException {
        Path elsewhere = directory.resolve("elsewhere");
        Path lock = Files.createSymbolicLink(directory.resolve("lock"), elsewhere);
        assertThatThrownBy(() -> LockFile.lock(lock)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> LockFile.tryLock(lock)).isInstanceOf(IOException.class);
        assertThat(elsewhere).doesNotExist();
    }

    @Test
    void onlyOneHoldsIt() throws IOException {
        Path lock = directory.resolve("lock");
        try (LockFile held = LockFile.tryLock(lock)) {
            assertThat(held).isNotNull();
            assertThat(LockFile.tryLock(lock)).isNull();
        }
        try (LockFile again = LockFile.lock(lock)) {
            assertThat(again).isNotNull();
        }
    }
}
