package io.sallyport.daemon.wiring;

import io.sallyport.core.crypto.CipherUnavailableException;
import io.sallyport.core.crypto.PacketCipherProvider;
import io.sallyport.core.crypto.PacketCiphers;
import io.sallyport.daemon.config.GatewayConfig;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which packet ciphers are the fastest here: measured beside the rest of the start, for it takes a while and needs nothing of that. */
final class CipherChoice {
    private static final Logger log = LoggerFactory.getLogger(CipherChoice.class);

    private final FutureTask<PacketCiphers.Choice> measuring;

    private CipherChoice(GatewayConfig config) {
        measuring = new FutureTask<>(() -> PacketCiphers.choose(config.crypto().toString()));
    }

    static CipherChoice begin(GatewayConfig config) {
        CipherChoice choice = new CipherChoice(config);
        Thread.ofPlatform().daemon().name("calibration").start(choice.measuring);
        return choice;
    }

    /** Waits for it. */
    PacketCipherProvider made() throws StartException {
        try {
            PacketCiphers.Choice choice = measuring.get();
            log.info("packets are sealed by {}", choice.description());
            return choice.provider();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("Interrupted during the start.");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CipherUnavailableException unavailable) {
                throw StartException.because(unavailable);
            }
            throw new IllegalStateException("the packet ciphers could not be measured", e.getCause());
        }
    }
}
