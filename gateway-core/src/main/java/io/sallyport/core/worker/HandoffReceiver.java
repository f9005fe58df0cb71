package io.sallyport.core.worker;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Takes what another worker handed over, on its own worker. It may have closed meanwhile: then it drops and counts. */
public interface HandoffReceiver {
    /**
     * Takes the packet and releases it on every path.
     *
     * @param origin where it came from, as the protocol chose to say (the path of a datagram), or null
     */
    void acceptHandoff(ByteBuf packet, @Nullable Object origin);

    /** The end of the batch: called once on every receiver that the batch touched. */
    void flushHandoff();
}
