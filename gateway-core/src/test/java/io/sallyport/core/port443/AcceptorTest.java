package io.sallyport.core.port443;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.sallyport.core.worker.Workers;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AcceptorTest {
    // EMFILE leaves the connection in the backlog, so accepting at once again would spin
    @Test
    void restsWhenAcceptingFailsAndGoesOn() {
        try (Workers workers = Workers.start(1)) {
            Acceptor acceptor = new Acceptor(workers.all(), List.of(), PortLimits.DEFAULT, List.of());
            EmbeddedChannel listening = new EmbeddedChannel(acceptor.handler());
            listening.pipeline().fireExceptionCaught(new IOException("accept(..) failed: Too many open files"));
            assertThat(listening.config().isAutoRead()).isFalse();
            listening.advanceTimeBy(1, TimeUnit.SECONDS);
            listening.runScheduledPendingTasks();
            assertThat(listening.config().isAutoRead()).isTrue();
            listening.checkException();
        }
    }
}
