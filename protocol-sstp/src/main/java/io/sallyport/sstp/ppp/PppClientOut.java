package io.sallyport.sstp.ppp;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import java.net.Inet4Address;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a {@link PppClient} wants done. */
public interface PppClientOut {
    void send(int protocol, Octets information);

    /** The server has accepted the client and, with MS-CHAPv2, proven that it knows the password too. Takes the secret. */
    void authenticated(@Nullable Secret keyingMaterial);

    /** IPCP is open. */
    void ipv4(Inet4Address own, Inet4Address gateway, List<Inet4Address> dns);

    /** IPV6CP is open. */
    void ipv6(long ownInterfaceId, long gatewayInterfaceId);

    void wakeAt(long nanos);

    /**
     * Over, and nothing more is sent.
     *
     * @param errorCode of MS-CHAPv2 ({@code E=}), 0 when there is none
     */
    void ended(PppEnd end, int errorCode);
}
