package io.sallyport.core.port443;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Errors;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class PortUnavailableExceptionTest {
    private static final InetSocketAddress HTTPS = new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 443);

    @Test
    void saysWhichPrivilegeALowPortNeeds() {
        Epoll.ensureAvailability();
        assertThat(PortUnavailableException.of(HTTPS, new Errors.NativeIoException("bind", -13)))
                .hasMessage("TCP port 443 on 0.0.0.0 needs root or the capability CAP_NET_BIND_SERVICE; run with it or"
                        + " configure a port from 1024 up");
    }

    @Test
    void showsAnErrorThatItDoesNotKnow() {
        assertThat(PortUnavailableException.of(HTTPS, new IOException("no more sockets")))
                .hasMessage("TCP port 443 on 0.0.0.0 cannot be listened on (no more sockets)");
    }
}
