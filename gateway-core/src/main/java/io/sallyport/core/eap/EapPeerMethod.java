package io.sallyport.core.eap;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import org.jspecify.annotations.Nullable;

/** The client's side of one EAP method, for one conversation: it sees what stands after the type. {@link EapClient} has the rest. */
public interface EapPeerMethod extends AutoCloseable {
    int type();

    /** @return the data of the response, null for a request that makes no sense */
    @Nullable
    Octets receive(Octets data);

    /** Whether it has ended well, the server proven included. */
    boolean isComplete();

    /** The MSK, 64 octets, once it is complete. A copy that the caller closes. */
    @Nullable
    Secret keyingMaterial();

    @Override
    void close();
}
