package io.sallyport.openvpn.client;

import io.sallyport.core.crypto.PacketCipherProvider;
import io.sallyport.core.tls.TlsContext;
import io.sallyport.openvpn.control.ClientTerms;
import io.sallyport.openvpn.wire.WrapKey;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a client connects to and with what. Many clients may share one configuration; it wipes nothing.
 *
 * @param tls {@code JsseTls.client}: roots, own certificate, name
 * @param controlKey around the control channel, null for none
 * @param terms its {@code datagrams} chooses UDP or TCP
 */
public record ClientConfig(
        InetSocketAddress remote,
        TlsContext tls,
        @Nullable WrapKey controlKey,
        ClientTerms terms,
        PacketCipherProvider packetCiphers) {}
