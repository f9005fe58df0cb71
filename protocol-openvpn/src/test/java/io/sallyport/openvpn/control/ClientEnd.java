package io.sallyport.openvpn.control;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.tls.TlsContext;
import io.sallyport.openvpn.wire.ControlPacket;
import io.sallyport.openvpn.wire.DataCipher;
import io.sallyport.openvpn.wire.DataFormat;
import io.sallyport.openvpn.wire.OvpnSessionId;
import io.sallyport.openvpn.wire.PushReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The client's end, its wishes fulfilled by the wire's clock. */
final class ClientEnd implements ClientOut {
    static final OvpnSessionId ID = new OvpnSessionId(0xc11e47);

    final List<String> events = new ArrayList<>();
    final Map<Integer, String> keys = new TreeMap<>();
    int active = -1;
    String renegotiationsUnder = "";

    @Nullable
    Up up;

    @Nullable
    PushReply updated;

    @Nullable
    End closed;

    String detail = "";

    private final Wire wire;
    private final ServerEnd server;
    private @Nullable ClientConnection connection;

    ClientEnd(Wire wire, ClientTerms terms, TlsContext tls, ServerEnd server) {
        this.wire = wire;
        this.server = server;
        server.client = this;
        connection = new ClientConnection(terms, tls, ID, new Random(2)::nextBytes, this, wire.now());
    }

    void arrive(ControlPacket packet) {
        connection().receive(packet, wire.now());
    }

    Up up() {
        return Objects.requireNonNull(up);
    }

    ClientConnection connection() {
        if (connection == null) {
            throw new AssertionError("no connection yet");
        }
        return connection;
    }

    @Override
    public void send(ControlPacket packet) {
        Wraps wraps = wire.wraps;
        if (wraps == null) {
            wire.carry(() -> server.arrive(packet));
            return;
        }
        ByteBuf octets = wraps.byClient(packet);
        wire.carry(() -> {
            ControlPacket opened = wraps.atServer(octets);
            if (opened != null) {
                server.arrive(opened);
            }
        });
    }

    @Override
    public void compute(Runnable task) {
        wire.at(wire.now() + Wire.MILLI, () -> {
            task.run();
            connection().computed(wire.now());
        });
    }

    @Override
    public void install(int keyId, int peerId, Secret secret, DataCipher cipher, DataFormat format) {
        events.add("install " + keyId);
        try (secret) {
            keys.put(
                    keyId,
                    format + " " + cipher + " " + Octets.of(secret.expose()).toHex());
        }
    }

    @Override
    public void protectRenegotiations(Secret octets256) {
        try (octets256) {
            renegotiationsUnder = Octets.of(octets256.expose()).toHex();
            if (wire.wraps != null) {
                wire.wraps.clientProtects(octets256.slice(0, octets256.length()));
            }
        }
    }

    @Override
    public void activate(int keyId) {
        events.add("activate " + keyId);
        active = keyId;
    }

    @Override
    public void retire(int keyId) {
        events.add("retire " + keyId);
        keys.remove(keyId);
    }

    @Override
    public void up(Up with) {
        events.add("up");
        up = with;
    }

    @Override
    public void updated(PushReply reply) {
        events.add("updated");
        updated = reply;
    }

    @Override
    public void wakeAt(long nanos) {
        if (nanos < Long.MAX_VALUE) {
            wire.at(nanos, () -> {
                if (connection != null && closed == null) {
                    connection.wake(wire.now());
                }
            });
        }
    }

    @Override
    public void close(End end, String why) {
        events.add("close");
        closed = end;
        detail = why;
    }
}
