package io.sallyport.daemon.wiring;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** What is bound, as {@code status} shows it: {@code openvpn udp 0.0.0.0:1194}. */
final class Listening {
    private final List<String> lines = new ArrayList<>();

    void add(String what, InetSocketAddress address) {
        lines.add(what + " " + text(address));
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
