package io.sallyport.daemon.config;

import java.net.InetSocketAddress;

/** Addresses with ports as the configuration, logs and lists have them: IPv6 in brackets (RFC 5952, 6). */
public final class HostAndPort {
    private HostAndPort() {}

    public static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }
}
