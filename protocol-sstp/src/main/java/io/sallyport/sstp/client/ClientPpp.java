package io.sallyport.sstp.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.packet.PacketBuffers;
import io.sallyport.sstp.ppp.PppClient;
import io.sallyport.sstp.ppp.PppClientOut;
import io.sallyport.sstp.ppp.PppEnd;
import io.sallyport.sstp.wire.CryptoBinding;
import io.sallyport.sstp.wire.SstpPacket;
import java.net.Inet4Address;
import java.security.SecureRandom;
import java.util.List;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** One client's PPP, and what came of it: keys for the call, addresses for whoever uses the client. */
final class ClientPpp implements PppClientOut {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final ClientPeer peer;
    private final SslHandler tls;
    private final SstpClientEvents events;
    private final long beganAt;
    private final PppClient ppp;
    private @Nullable Alarm alarm;
    private @Nullable Inet4Address address;
    private @Nullable Inet4Address gateway;
    private List<Inet4Address> dns = List.of();
    private long interfaceId;
    private boolean bound;
    private boolean up;

    ClientPpp(ClientPeer peer, SstpClientConfig config, SslHandler tls, SstpClientEvents events, long beganAt) {
        this.peer = peer;
        this.tls = tls;
        this.events = events;
        this.beganAt = beganAt;
        this.ppp = new PppClient(config.login(), config.mru(), RANDOM::nextBytes, this);
    }

    void begin(EventLoop loop) {
        alarm = new Alarm(
                loop,
                () -> peer.drive(now -> {
                    if (!peer.isOver()) {
                        ppp.wake(now);
                    }
                }));
    }

    void cancel() {
        if (alarm != null) {
            alarm.cancel();
        }
    }

    boolean isUp() {
        return up;
    }

    void start(long nowNanos) {
        ppp.start(nowNanos);
    }

    void receive(int protocol, Octets information, long nowNanos) {
        ppp.receive(protocol, information, nowNanos);
    }

    void renegotiate(long nowNanos) {
        ppp.renegotiate(nowNanos);
    }

    /** The binding is sent. */
    void bound() {
        bound = true;
        tellWhenReady();
    }

    @Override
    public void send(int protocol, Octets information) {
        ByteBuf frame = PacketBuffers.take();
        frame.writeShort(ClientPeer.ADDRESS_AND_CONTROL).writeShort(protocol);
        information.writeTo(frame);
        SstpPacket.prependDataHeader(frame);
        peer.write(frame);
    }

    @Override
    public void authenticated(@Nullable Secret keyingMaterial) {
        Secret hlak = CryptoBinding.hlak(keyingMaterial);
        if (keyingMaterial != null) {
            keyingMaterial.close();
        }
        peer.call().authenticated(hlak, System.nanoTime());
    }

    @Override
    public void ipv4(Inet4Address own, Inet4Address theirs, List<Inet4Address> nameServers) {
        address = own;
        gateway = theirs;
        dns = nameServers;
        tellWhenReady();
    }

    @Override
    public void ipv6(long ownInterfaceId, long gatewayInterfaceId) {
        interfaceId = ownInterfaceId;
        events.ipv6(ownInterfaceId, gatewayInterfaceId);
        tellWhenReady();
    }

    @Override
    public void wakeAt(long nanos) {
        if (alarm != null) {
            alarm.set(nanos);
        }
    }

    @Override
    public void ended(PppEnd end, int errorCode) {
        peer.pppEnded(end, errorCode);
    }

    private void tellWhenReady() {
        if (bound && !up && (address != null || interfaceId != 0)) {
            up = true;
            SSLSession session = tls.engine().getSession();
            events.connected(new SstpClientEvents.Connected(
                    address,
                    gateway,
                    dns,
                    interfaceId,
                    session.getProtocol() + " " + session.getCipherSuite(),
                    System.nanoTime() - beganAt));
        }
    }
}
