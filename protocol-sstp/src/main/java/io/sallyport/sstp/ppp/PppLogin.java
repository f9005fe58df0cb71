package io.sallyport.sstp.ppp;

import io.sallyport.core.auth.EapPeer;
import io.sallyport.core.octets.Secret;

/** How a client says who it is. */
public sealed interface PppLogin {
    /** Whoever made it closes the password when the link has ended. */
    record Pap(String user, Secret password) implements PppLogin {}

    record MsChapV2(String user, Secret password) implements PppLogin {}

    record Eap(EapPeer peer) implements PppLogin {}
}
