package io.sallyport.daemon.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.worker.Workers;
import io.sallyport.daemon.log.Logging;
import io.sallyport.daemon.pki.CertificateAuthority;
import io.sallyport.daemon.pki.Pem;
import io.sallyport.sstp.client.SstpClient;
import io.sallyport.sstp.client.SstpClientConfig;
import io.sallyport.sstp.client.SstpClientEvents;
import io.sallyport.sstp.ppp.PppLogin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** SSTP clients of a whole gateway, over a network in memory. */
@Timeout(180)
class SstpGatewayTest {
    private static final int NO_PERMISSION = 649;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<Visitor> visitors = new ArrayList<>();
    private DemoGateway gateway;
    private Workers loops;
    private SslContext tls;

    @BeforeEach
    void start() throws Exception {
        gateway = DemoGateway.start();
        loops = Workers.start(1);
        tls = SslContextBuilder.forClient()
                .trustManager(gateway.authority().certificate())
                .build();
    }

    @AfterEach
    void stop() {
        visitors.forEach(Visitor::close);
        loops.close();
        gateway.close();
        Logging.quiet();
    }

    @Test
    void skuHas128PlacesAndAReturnedOneIsGivenAgain() throws Exception {
        edit("name: localhost", "name: localhost\n  sku: VpnGw1");
        assertThat(gateway.daemon().reload().changes()).contains("gateway.sku");
        for (int i = 0; i < 128; i++) {
            visit().connected();
        }
        assertThat(visit().refusedWith()).isEqualTo(NO_PERMISSION);
        visitors.getFirst().close();
        await().atMost(PATIENCE).until(() -> visit().isConnected());
    }

    @Test
    void anotherCertificateIsForThoseWhoComeAndChangesNothingForThoseWhoAreThere() throws Exception {
        Visitor before = visit();
        before.connected();
        CertificateAuthority.Issued renewed =
                gateway.authority().issueServer(DemoGateway.NAME, CertificateAuthority.LEAF_VALIDITY);
        Path pki = gateway.configFile().resolveSibling("pki");
        Files.writeString(pki.resolve("server.key"), Pem.text(renewed.key()));
        Files.writeString(pki.resolve("server.crt"), Pem.text(renewed.certificate()));
        assertThat(gateway.daemon().reload().changes()).contains("the server certificate");
        // Its binding names the certificate that it saw: the new one.
        visit().connected();
        assertThat(before.isOver()).isFalse();
    }

    @Test
    void whatIsChangedCountsForTheNextClient() throws Exception {
        visit().connected();
        edit("require: password", "require: certificate");
        assertThat(gateway.daemon().reload().changes()).contains("protocols.sstp");
        // It knows a password alone, and is offered nothing but EAP.
        assertThat(visit().whyNot()).contains("Terminate-Request");
    }

    private void edit(String from, String to) throws Exception {
        Path file = gateway.configFile();
        String text = Files.readString(file);
        assertThat(text).contains(from);
        Files.writeString(file, text.replace(from, to));
    }

    private Visitor visit() {
        Visitor visitor = new Visitor();
        visitors.add(visitor);
        return visitor;
    }

    private final class Visitor implements SstpClientEvents {
        private final Secret password = gateway.newPassword();
        private final CompletableFuture<Connected> up = new CompletableFuture<>();
        private final CompletableFuture<String> why = new CompletableFuture<>();
        private final SstpClient client = SstpClient.connect(
                SstpClientConfig.of(
                        gateway.tcp(), tls, DemoGateway.NAME, new PppLogin.MsChapV2(DemoGateway.USER, password)),
                loops.get(0).eventLoop(),
                this);
        private volatile int code;

        Connected connected() throws Exception {
            return up.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        boolean isConnected() {
            await().atMost(PATIENCE).until(() -> up.isDone() || why.isDone());
            return up.isDone();
        }

        boolean isOver() {
            return why.isDone();
        }

        String whyNot() throws Exception {
            return why.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        int refusedWith() throws Exception {
            whyNot();
            return code;
        }

        void close() {
            client.close();
            await().atMost(PATIENCE).until(why::isDone);
            password.close();
        }

        @Override
        public void connected(Connected now) {
            up.complete(now);
        }

        @Override
        public void accept(ByteBuf packet) {
            packet.release();
        }

        @Override
        public void flush() {}

        @Override
        public void closed(String detail, int errorCode) {
            code = errorCode;
            why.complete(detail);
        }
    }
}
