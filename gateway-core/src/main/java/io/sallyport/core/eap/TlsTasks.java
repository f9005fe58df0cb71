package io.sallyport.core.eap;

import io.sallyport.core.tls.TlsEndpoint;
import io.sallyport.core.tls.TlsEndpoint.Progress;
import io.sallyport.core.worker.Compute;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where the expensive steps of TLS run while a virtual thread waits for them. Thread-safe. */
public interface TlsTasks {
    /** In the caller's thread. */
    TlsTasks HERE = Runnable::run;

    void run(Runnable task) throws UnavailableException, InterruptedException;

    /** In the pool for such things, once there is one; until then in the caller's thread. */
    static TlsTasks in(Supplier<? extends @Nullable Compute> compute) {
        return task -> {
            Compute pool = compute.get();
            if (pool == null) {
                task.run();
                return;
            }
            try {
                pool.call(() -> {
                    task.run();
                    return task;
                });
            } catch (ExecutionException e) {
                throw new UnavailableException("a step of TLS failed: " + e.getCause());
            } catch (CancellationException e) {
                throw new UnavailableException("the gateway is closing");
            }
        };
    }

    /** As far as the endpoint goes without the peer. */
    default Progress progress(TlsEndpoint endpoint) throws UnavailableException, InterruptedException {
        Progress progress = endpoint.progress();
        while (progress instanceof Progress.HasTask(Runnable task)) {
            run(task);
            progress = endpoint.progress();
        }
        return progress;
    }

    /** A task was not run to its end, and no fault of the client's. */
    final class UnavailableException extends Exception {
        private static final long serialVersionUID = 1;

        UnavailableException(String message) {
            super(message, null, false, false);
        }
    }
}
