package io.sallyport.openvpn.control;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.address.IpPrefix;
import io.sallyport.core.address.Lease;
import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.tls.TlsContext;
import io.sallyport.openvpn.wire.Acks;
import io.sallyport.openvpn.wire.ControlPacket;
import io.sallyport.openvpn.wire.DataCipher;
import io.sallyport.openvpn.wire.DataFormat;
import io.sallyport.openvpn.wire.OvpnSessionId;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The gateway's end: the stateless answer, and a connection whose wishes are fulfilled by the wire's clock. */
final class ServerEnd implements ServerOut {
    static final OvpnSessionId ID = new OvpnSessionId(0x5e7e7);

    final List<String> events = new ArrayList<>();
    final List<AuthRequest> requests = new ArrayList<>();
    final Map<Integer, String> keys = new TreeMap<>();
    Function<AuthRequest, AuthDecision> authenticator = request -> new AuthDecision.Accept(Grant.of("alice"));
    long decisionNanos = Wire.MILLI;
    boolean overloaded;

    @Nullable
    Assignment assignment = assignment();

    int active = -1;
    String renegotiationsUnder = "";
    int sent;

    ServerCommons commons = new ServerCommons(new HandshakeBudget(1 << 24), new Challenges(new Random(3)::nextBytes));
    boolean withoutPeerId;

    @Nullable
    Established established;

    @Nullable
    CloseReason closed;

    String detail = "";

    @Nullable
    ServerConnection connection;

    @Nullable
    ClientEnd client;

    private final Wire wire;
    private final ServerTerms terms;
    private final TlsContext tls;

    ServerEnd(Wire wire, ServerTerms terms, TlsContext tls) {
        this.wire = wire;
        this.terms = terms;
        this.tls = tls;
    }

    /** What the Netty side does: answer a reset from nothing, make a connection when that answer is acknowledged. */
    void arrive(ControlPacket packet) {
        if (packet instanceof ControlPacket.HardResetClientV2 reset && connection == null) {
            send(new ControlPacket.HardResetServerV2(
                    ID, Acks.of(reset.sessionId(), List.of(reset.messageId())), 0, Octets.EMPTY));
            return;
        }
        if (connection == null && ID.equals(packet.acks().remote())) {
            connection = new ServerConnection(
                    terms,
                    commons,
                    tls,
                    ID,
                    packet.sessionId(),
                    1,
                    context(),
                    new Random(1)::nextBytes,
                    this,
                    wire.now());
        }
        if (connection != null) {
            connection.receive(packet, wire.now());
        }
    }

    Established established() {
        return Objects.requireNonNull(established);
    }

    ServerConnection connection() {
        if (connection == null) {
            throw new AssertionError("no connection yet");
        }
        return connection;
    }

    @Override
    public void send(ControlPacket packet) {
        sent++;
        ClientEnd to = client;
        Wraps wraps = wire.wraps;
        if (to != null && wraps != null) {
            ByteBuf octets = wraps.byServer(packet);
            wire.carry(() -> {
                ControlPacket opened = wraps.atClient(octets);
                if (opened != null) {
                    to.arrive(opened);
                }
            });
        } else if (to != null) {
            wire.carry(() -> to.arrive(packet));
        }
    }

    @Override
    public void compute(Runnable task) {
        if (overloaded) {
            wire.at(wire.now(), () -> connection().overloaded(wire.now()));
            return;
        }
        wire.at(wire.now() + Wire.MILLI, () -> {
            task.run();
            connection().computed(wire.now());
        });
    }

    @Override
    public void authenticate(AuthRequest request) {
        events.add("authenticate");
        requests.add(request);
        AuthDecision decision = authenticator.apply(request);
        wire.at(wire.now() + decisionNanos, () -> connection().decided(decision, wire.now()));
    }

    @Override
    public void admit(Grant grant) {
        events.add("admit " + grant.user());
        wire.at(wire.now() + Wire.MILLI, () -> connection().admitted(Objects.requireNonNull(assignment), wire.now()));
    }

    @Override
    public void withoutPeerId() {
        withoutPeerId = true;
    }

    @Override
    public void install(int keyId, Secret secret, DataCipher cipher, DataFormat format) {
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
                wire.wraps.serverProtects(octets256.slice(0, octets256.length()));
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
    public void up(Established with) {
        events.add("up");
        established = with;
    }

    @Override
    public void refused(String why) {
        events.add("refused");
        detail = why;
    }

    @Override
    public void wakeAt(long nanos) {
        wire.at(nanos, () -> {
            if (connection != null && closed == null) {
                connection.wake(wire.now());
            }
        });
    }

    @Override
    public void close(CloseReason reason, String why) {
        events.add("close");
        if (closed != null) {
            throw new AssertionError("closed twice");
        }
        closed = reason;
        detail = why;
    }

    private static ClientContext context() {
        return new ClientContext(
                "openvpn-udp",
                "0123456789abcdef",
                new InetSocketAddress("192.0.2.7", 40000),
                new InetSocketAddress("192.0.2.1", 1194));
    }

    static Assignment assignment() {
        Inet4Address address = (Inet4Address) InetAddress.ofLiteral("172.16.201.2");
        Inet4Address gateway = (Inet4Address) InetAddress.ofLiteral("172.16.201.1");
        return new Assignment(
                new Lease(address, 24, null, 0),
                5,
                gateway,
                null,
                List.of(IpPrefix.parse("10.20.0.0/16")),
                List.of(InetAddress.ofLiteral("10.0.0.53")),
                "corp.example.test");
    }
}
