package io.sallyport.sstp.server;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.network.Network;
import io.sallyport.core.network.NetworkQueue;
import io.sallyport.core.network.NetworkReceiver;
import io.sallyport.core.worker.Worker;
import org.jspecify.annotations.Nullable;

/** A network with a bug that a test may put there. */
final class BrokenNetwork implements Network {
    private final Network sound;
    /** Runs once, before the next flush of packets. */
    volatile @Nullable Runnable nextFlush;

    BrokenNetwork(Network sound) {
        this.sound = sound;
    }

    @Override
    public String name() {
        return sound.name();
    }

    @Override
    public int mtu() {
        return sound.mtu();
    }

    @Override
    public NetworkQueue attach(Worker worker, NetworkReceiver receiver) {
        NetworkQueue queue = sound.attach(worker, receiver);
        return new NetworkQueue() {
            private boolean queued;

            @Override
            public void accept(ByteBuf packet) {
                queued = true;
                queue.accept(packet);
            }

            @Override
            public void flush() {
                Runnable bug = nextFlush;
                if (queued && bug != null) {
                    nextFlush = null;
                    bug.run();
                }
                queued = false;
                queue.flush();
            }
        };
    }

    @Override
    public void close() {
        sound.close();
    }
}
