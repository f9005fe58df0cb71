package io.sallyport.sstp.ppp;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@link PppClient} on the same {@link Wire} as its server, with what it did. */
final class ClientEnd implements PppClientOut {
    final Wire wire;
    final ServerEnd server;
    final PppClient ppp;
    final List<String> events = new ArrayList<>();
    int errorCode;

    @Nullable
    PppEnd end;
    /** The keys as the last authentication made them, hexadecimal. */
    @Nullable
    String keys;

    private int alarms;

    ClientEnd(ServerEnd server, PppLogin login) {
        this.wire = server.wire;
        this.server = server;
        ppp = new PppClient(login, 1350, ServerEnd.random(11), this);
        server.peer = (protocol, information) -> ppp.receive(protocol, information, wire.now());
    }

    static Secret secret(String text) {
        return Secret.taking(text.getBytes(StandardCharsets.UTF_8));
    }

    ClientEnd start() {
        ppp.start(wire.now());
        return this;
    }

    PppEnd.@Nullable Cause cause() {
        return end == null ? null : end.cause();
    }

    @Override
    public void send(int protocol, Octets information) {
        assertThat(end).as("sends after its end").isNull();
        wire.carry(() -> server.arrive(protocol, information));
    }

    @Override
    public void authenticated(@Nullable Secret keyingMaterial) {
        events.add("authenticated");
        if (keyingMaterial != null) {
            keys = Octets.of(keyingMaterial.expose()).toHex();
            keyingMaterial.close();
        }
    }

    @Override
    public void ipv4(Inet4Address own, Inet4Address gateway, List<Inet4Address> dns) {
        events.add("ipv4 " + own.getHostAddress() + " " + gateway.getHostAddress() + " "
                + dns.stream().map(Inet4Address::getHostAddress).toList());
    }

    @Override
    public void ipv6(long ownInterfaceId, long gatewayInterfaceId) {
        events.add("ipv6 " + Long.toHexString(ownInterfaceId) + " " + Long.toHexString(gatewayInterfaceId));
    }

    @Override
    public void wakeAt(long nanos) {
        int mine = ++alarms;
        wire.at(nanos, () -> {
            if (mine == alarms) {
                ppp.wake(wire.now());
            }
        });
    }

    @Override
    public void ended(PppEnd reason, int code) {
        assertThat(end).as("ends twice").isNull();
        end = reason;
        errorCode = code;
    }
}
