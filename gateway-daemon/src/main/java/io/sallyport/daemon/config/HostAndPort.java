package io.sallyport.daemon.config;

import java.net.InetSocketAddress;

/** Addresses with ports as the configuration has them: IPv6 in brackets. */
public final class HostAndPort {
    private HostAndPort() {}

    public static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }
}
