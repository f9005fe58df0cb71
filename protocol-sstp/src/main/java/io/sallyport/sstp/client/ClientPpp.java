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
import io.sallyport.sstp.ppp.PppFrame;
import io.sallyport.sstp.wire.CryptoBinding;
import io.sallyport.sstp.wire.SstpPacket;
import java.net.Inet4Address;
import java.security.SecureRandom;
import java.util.List;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** One client's PPP, and what came of it: keys for the call, addresses for whoever uses the client. */
final class ClientPpp implements PppClientOut {
    /** IPCP takes a round trip more than IPV6CP; where it is not there, nobody waits longer. */
    private static final long IPV4_NANOS = 2_000_000_000L;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final ClientPeer peer;
    private final SslHandler tls;
    private final SstpClientEvents events;
    private final long beganAt;
    private final PppClient ppp;
    private @Nullable Alarm alarm;
    private @Nullable Alarm withoutIpv4;
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
        withoutIpv4 = new Alarm(loop, () -> tellWhenReady(true));
    }

    void cancel() {
        if (alarm != null) {
            alarm.cancel();
        }
        if (withoutIpv4 != null) {
            withoutIpv4.cancel();
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
        tellWhenReady(false);
    }

    @Override
    public void send(int protocol, Octets information) {
        ByteBuf frame = PacketBuffers.take();
        information.writeTo(frame);
        PppFrame.writeHeader(frame, protocol, false, false);
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
        tellWhenReady(false);
    }

    @Override
    public void ipv6(long ownInterfaceId, long gatewayInterfaceId) {
        interfaceId = ownInterfaceId;
        events.ipv6(ownInterfaceId, gatewayInterfaceId);
        if (address == null && withoutIpv4 != null) {
            withoutIpv4.set(System.nanoTime() + IPV4_NANOS);
        }
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

    private void tellWhenReady(boolean ipv6Suffices) {
        if (bound && !up && (address != null || (ipv6Suffices && interfaceId != 0))) {
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
