package io.sallyport.daemon.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RevocationListTest {
    private static final String ONE = "aabbccddeeff00112233445566778899aabbccdd";
    private static final String TWO = "00112233445566778899aabbccddeeff00112233";

    @TempDir
    Path state;

    @Test
    void remarksAndBlankLinesCountForNothingAndStay() throws Exception {
        RevocationList list = new RevocationList(state);
        String written = "\n  # alice left\nAA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD # her laptop";
        Files.writeString(list.file(), written);
        assertThat(list.read()).containsExactly(ONE);
        assertThat(list.add(ONE)).isFalse();
        assertThat(list.add(TWO)).isTrue();
        assertThat(Files.readString(list.file())).isEqualTo(written + "\n" + TWO + "\n");
        assertThat(list.read()).containsExactly(ONE, TWO);
    }

    @Test
    void lineThatIsNoThumbprintIsAMistakeAndNeverDeleted() throws Exception {
        RevocationList list = new RevocationList(state);
        String written = "# by hand\nAB:CD:EF alice left\n";
        Files.writeString(list.file(), written);
        String sentence = list.file() + ":2: this is not a thumbprint; write its 40 or 64 hexadecimal digits";
        assertThatThrownBy(list::read).isInstanceOf(RevocationsException.class).hasMessageStartingWith(sentence);
        assertThatThrownBy(() -> list.add(ONE)).hasMessageStartingWith(sentence);
        assertThat(Files.readString(list.file())).isEqualTo(written);
    }

    @Test
    void listThatIsNotThereRevokesNothingAndIsMade() throws Exception {
        RevocationList list = new RevocationList(state.resolve("new"));
        assertThat(list.read()).isEmpty();
        assertThat(list.add(ONE)).isTrue();
        assertThat(list.read()).containsExactly(ONE);
    }
}
