package io.sallyport.core.port443;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.sallyport.core.worker.Worker;

/** A protocol that shares the TCP port. The first that claims a connection by its first octets gets it. */
public interface StreamProtocol {
    /** Whether a connection is this protocol's. */
    enum Claim {
        YES,
        NO,
        /** Not enough octets to tell. */
        UNDECIDED
    }

    /** As in metrics and logs. */
    String name();

    /** Looks at the first octets of a connection, at most the first {@link #OCTETS_TO_DECIDE}, without reading them. */
    Claim claims(ByteBuf firstOctets);

    /** Takes the connection over, on its worker: adds its handlers to the pipeline, which then sees all octets from the first. */
    void accept(Channel channel, Worker worker);

    int OCTETS_TO_DECIDE = 3;
}
