package io.sallyport.core.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LocalHostTest {
    private final LocalHost host = new LocalHost();

    private void fails(String message, String... command) {
        assertThatThrownBy(() -> host.run("", List.of(command)))
                .isInstanceOf(HostException.class)
                .hasMessageContaining(message);
    }

    @Test
    void runsToTheEndAndFeedsTheInput() {
        assertThatCode(() -> host.run("yes", List.of("grep", "-q", "yes"))).doesNotThrowAnyException();
        assertThatCode(() -> host.run("unread", List.of("true"))).doesNotThrowAnyException();
    }

    @Test
    void saysWhatTheProgramSaid() {
        fails("failed (sorry); run it by hand", "sh", "-c", "echo sorry >&2; exit 3");
        fails("failed (no message)", "false");
    }

    @Test
    void saysWhichPrivilegeIsMissing() {
        fails("CAP_NET_ADMIN", "sh", "-c", "echo RTNETLINK answers: Operation not permitted >&2; exit 2");
    }

    @Test
    void saysWhatToInstall() {
        LocalHost bare = new LocalHost(List.of("/nonexistent/prefix"), Duration.ofSeconds(5));
        assertThatThrownBy(() -> bare.run("", List.of("ip", "link")))
                .hasMessage("the program 'ip' is missing; install the package iproute2");
        assertThatThrownBy(() -> bare.run("", List.of("nft", "-f", "-")))
                .hasMessageEndingWith("install the package nftables");
    }

    @Test
    void doesNotWaitForEver() {
        LocalHost impatient = new LocalHost(List.of(), Duration.ofMillis(200));
        assertThatThrownBy(() -> impatient.run("", List.of("sleep", "20")))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("did not end");
    }

    @Test
    void readsKernelSettings() throws Exception {
        assertThat(host.read("kernel/ostype")).isEqualTo("Linux");
        assertThatThrownBy(() -> host.read("kernel/absent")).isInstanceOf(HostException.class);
        assertThatThrownBy(() -> host.write("kernel/absent", "1")).isInstanceOf(HostException.class);
    }
}
