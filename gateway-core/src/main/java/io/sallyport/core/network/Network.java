package io.sallyport.core.network;

import io.sallyport.core.worker.Worker;

/** The network behind the gateway: a TUN device or, in tests and the demo, memory. */
public interface Network extends AutoCloseable {
    /** The device's name. */
    String name();

    /** Largest IP packet, in octets. */
    int mtu();

    /** Opens this worker's queue; what comes from the network goes to the receiver, on the worker. Once a worker. */
    NetworkQueue attach(Worker worker, NetworkReceiver receiver);

    @Override
    void close();
}
