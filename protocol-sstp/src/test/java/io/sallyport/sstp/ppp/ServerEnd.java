package io.sallyport.sstp.ppp;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.RandomOctets;
import io.sallyport.core.octets.Secret;
import io.sallyport.sstp.ppp.ControlPacket.ConfigureAck;
import io.sallyport.sstp.ppp.ControlPacket.ConfigureRequest;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A {@link PppServer} on a {@link Wire}, with what it did. */
final class ServerEnd implements PppServerOut {
    static final long CLIENT_ID = 0x0200_0000_0000_0011L;
    static final long GATEWAY_ID = 0x0200_0000_0000_0001L;
    static final ClientContext CONTEXT = new ClientContext(
            "sstp", "s1", new InetSocketAddress("192.0.2.1", 50000), new InetSocketAddress("192.0.2.2", 443));

    /** The password pw of the user us. */
    static final String PAP_REQUEST = "0101000a027573027077";

    /** A frame that was sent. */
    record Frame(int protocol, Octets information) {}

    final Wire wire;
    final PppServer ppp;
    final Deque<Frame> sent = new ArrayDeque<>();
    final List<String> events = new ArrayList<>();
    final List<AuthRequest> asked = new ArrayList<>();
    final List<Octets> eap = new ArrayList<>();
    int sentFrames;
    int discarded;

    @Nullable
    PppEnd end;
    /** Null to keep what is sent in {@link #sent}. */
    @Nullable
    BiConsumer<Integer, Octets> peer;
    /** Called a moment after the question. */
    BiConsumer<ServerEnd, AuthRequest> judge = (server, request) -> {};

    BiConsumer<ServerEnd, Octets> eapJudge = (server, response) -> {};
    /** The binding was wrong: what carries the link ends it in the middle of the decision. */
    boolean cutWhenAuthenticated;

    private long alarm;
    private int alarms;

    ServerEnd(Wire wire, PppTerms terms) {
        this(wire, terms, random(7));
    }

    ServerEnd(Wire wire, PppTerms terms, RandomOctets random) {
        this.wire = wire;
        ppp = new PppServer(terms, CONTEXT, random, this);
    }

    static RandomOctets random(long seed) {
        return new Random(seed)::nextBytes;
    }

    static PppTerms terms(AuthProtocol... protocols) {
        return PppTerms.of(List.of(protocols), "gateway", 1400);
    }

    static NetworkTerms network() {
        return new NetworkTerms(
                address("10.1.0.5"),
                address("10.1.0.1"),
                List.of(address("10.1.0.53"), address("10.1.0.54")),
                CLIENT_ID,
                GATEWAY_ID);
    }

    static Inet4Address address(String text) {
        try {
            return (Inet4Address) InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    ServerEnd start() {
        ppp.start(wire.now());
        return this;
    }

    /** One with the usual terms whose first Configure-Request is sent. */
    static ServerEnd started(Wire wire, AuthProtocol... protocols) {
        return new ServerEnd(wire, terms(protocols)).start();
    }

    /** One in its network phase. */
    static ServerEnd authenticatedByPap(Wire wire) throws PppException {
        return authenticatedByPap(wire, network());
    }

    /** One in its network phase, whose client asked for these options of LCP. */
    static ServerEnd authenticatedByPap(Wire wire, NetworkTerms terms, ConfigOption... options) throws PppException {
        ServerEnd server = started(wire, AuthProtocol.PAP);
        server.agree(PppProtocol.LCP, options);
        server.sent.clear();
        server.arrive(PppProtocol.PAP, PAP_REQUEST);
        server.ppp.accepted("welcome", terms, wire.now());
        return server;
    }

    /** A control packet: code and identifier in hexadecimal digits, the length, the options. */
    static Octets packet(String codeAndIdentifier, Octets options) {
        Octets length = Octets.of((byte) 0, (byte) (ControlPackets.HEADER_OCTETS + options.length()));
        return Octets.fromHex(codeAndIdentifier + length.toHex() + options.toHex());
    }

    /** Acks the last request and asks for the options. */
    void agree(int protocol, ConfigOption... options) throws PppException {
        ConfigureRequest request = null;
        for (Frame frame : sent) {
            if (frame.protocol() == protocol
                    && ControlPackets.decode(frame.information()) instanceof ConfigureRequest r) {
                request = r;
            }
        }
        if (request == null) {
            throw new AssertionError("no Configure-Request of " + Integer.toHexString(protocol));
        }
        sent.clear();
        arrive(protocol, ControlPackets.encode(new ConfigureAck(request.identifier(), request.options())));
        arrive(protocol, ControlPackets.encode(new ConfigureRequest(0x77, List.of(options))));
    }

    /** Naks an option of LCP. */
    void nak(int identifier, String option) {
        arrive(PppProtocol.LCP, packet("03" + Octets.of((byte) identifier).toHex(), Octets.fromHex(option)));
    }

    /** Takes the last frame of {@link #sent}. */
    ControlPacket last(int protocol) throws PppException {
        Frame frame = sent.removeLast();
        assertThat(frame.protocol()).isEqualTo(protocol);
        return ControlPackets.decode(frame.information());
    }

    void arrive(int protocol, Octets information) {
        if (protocol == PppProtocol.PAP) {
            ppp.receivePap(Secret.taking(information.toByteArray()), wire.now());
        } else {
            ppp.receive(protocol, information, wire.now());
        }
    }

    void arrive(int protocol, String hex) {
        arrive(protocol, Octets.fromHex(hex));
    }

    /** The next frame in {@link #sent}, as {@code c021 01 01 ...}: protocol and information. */
    String next() {
        Frame frame = sent.poll();
        return frame == null ? "nothing" : Integer.toHexString(frame.protocol) + " " + frame.information.toHex();
    }

    PppEnd.@Nullable Cause cause() {
        return end == null ? null : end.cause();
    }

    @Override
    public void send(int protocol, Octets information) {
        assertThat(end).as("sends after its end").isNull();
        sentFrames++;
        if (peer == null) {
            sent.add(new Frame(protocol, information));
        } else {
            BiConsumer<Integer, Octets> to = peer;
            wire.carry(() -> to.accept(protocol, information));
        }
    }

    @Override
    public void authenticate(AuthRequest request) {
        events.add("authenticate");
        asked.add(request);
        wire.at(wire.now() + Wire.MILLI, () -> judge.accept(this, request));
    }

    @Override
    public void eap(Octets response) {
        eap.add(response);
        wire.at(wire.now() + Wire.MILLI, () -> eapJudge.accept(this, response));
    }

    @Override
    public void discarded() {
        discarded++;
    }

    @Override
    public void authenticated() {
        events.add("authenticated");
        if (cutWhenAuthenticated) {
            ppp.lowerDown(wire.now());
        }
    }

    @Override
    public void opened(Family family) {
        events.add("opened " + family);
    }

    @Override
    public void closed(Family family) {
        events.add("closed " + family);
    }

    @Override
    public void wakeAt(long nanos) {
        alarm = nanos;
        int mine = ++alarms;
        wire.at(nanos, () -> {
            if (mine == alarms && alarm - wire.now() <= 0) {
                ppp.wake(wire.now());
            }
        });
    }

    @Override
    public void ended(PppEnd reason) {
        assertThat(end).as("ends twice").isNull();
        end = reason;
        events.add("ended " + reason.cause());
    }
}
