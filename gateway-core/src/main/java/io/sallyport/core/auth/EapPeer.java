package io.sallyport.core.auth;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import org.jspecify.annotations.Nullable;

/** The client's side of one EAP conversation (RFC 3748), for the synthetic clients. One caller at a time; expensive steps are done inside. */
public interface EapPeer extends AutoCloseable {
    /**
     * @param packet a whole EAP packet from the server: a Request, Success or Failure
     * @return the response to send, or null when there is none
     */
    @Nullable
    Octets receive(Octets packet);

    /** Whether the method has ended well, from this side's view: EAP-Success before that is a lie (CVE-2021-45079 is of this kind). */
    boolean isComplete();

    /** The MSK, 64 octets, once it is complete; null when the method makes none. A copy that the caller closes. */
    @Nullable
    Secret keyingMaterial();

    @Override
    void close();
}
