package io.sallyport.core.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** What a test needs of its machine: where it is missing the test is skipped, and a line says so. */
public final class Needs {
    private Needs() {}

    /** A failure instead, where {@code SALLYPORT_INTEROP} says that nothing may be missing. */
    public static void that(boolean there, String what) {
        String mode = System.getenv("SALLYPORT_INTEROP");
        if (mode == null || mode.isEmpty()) {
            orSkip(there, what);
        } else {
            assertThat(there).as("needs " + what).isTrue();
        }
    }

    /** Skips in any case: many containers have none. */
    public static void ipv6OnLoopback() {
        orSkip(hasIpv6OnLoopback(), "::1 on lo");
    }

    private static boolean hasIpv6OnLoopback() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("::1"))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static void orSkip(boolean there, String what) {
        if (!there) {
            System.err.println("SKIPPED: needs " + what);
        }
        assumeTrue(there, "needs " + what);
    }
}
