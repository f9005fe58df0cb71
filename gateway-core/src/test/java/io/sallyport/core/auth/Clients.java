package io.sallyport.core.auth;

import java.net.InetSocketAddress;

/** Clients to ask for. */
final class Clients {
    static final ClientContext ONE = from("192.0.2.1");

    private Clients() {}

    static ClientContext from(String address) {
        return new ClientContext(
                "openvpn-udp",
                "0123456789abcdef",
                new InetSocketAddress(address, 40000),
                new InetSocketAddress("198.51.100.1", 1194));
    }
}
