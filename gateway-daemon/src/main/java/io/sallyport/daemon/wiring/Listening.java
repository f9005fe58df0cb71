package io.sallyport.daemon.wiring;

import io.sallyport.daemon.config.HostAndPort;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** What is bound, as {@code status} shows it: {@code openvpn udp 0.0.0.0:1194}. */
final class Listening {
    private final List<String> lines = new ArrayList<>();

    void add(String what, InetSocketAddress address) {
        lines.add(what + " " + HostAndPort.text(address));
    }

    List<String> lines() {
        return List.copyOf(lines);
    }
}
