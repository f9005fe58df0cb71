package io.sallyport.openvpn.control;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Secret;
import io.sallyport.openvpn.wire.ConnectionWrap;
import io.sallyport.openvpn.wire.ControlPacket;
import io.sallyport.openvpn.wire.ControlPacket.HardResetClientV2;
import io.sallyport.openvpn.wire.ControlPacket.HardResetServerV2;
import io.sallyport.openvpn.wire.ControlWrap.Unwrapped;
import io.sallyport.openvpn.wire.ServerKeys;
import io.sallyport.openvpn.wire.ServerWraps;
import io.sallyport.openvpn.wire.ServerWraps.First;
import io.sallyport.openvpn.wire.ServerWraps.KeyKind;
import io.sallyport.openvpn.wire.WireException;
import io.sallyport.openvpn.wire.WrapKey;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What stands around the packets on a {@link Wire} between one server and one client, as octets. */
final class Wraps {
    private static final long SECONDS = 1_800_000_000L;

    private final ConnectionWrap client;
    private final ServerWraps server;
    private @Nullable First answering;
    private @Nullable ConnectionWrap peer;

    Wraps(ServerKeys keys, @Nullable WrapKey key) {
        client = ConnectionWrap.ofClient(key, SECONDS);
        server = new ServerWraps(keys);
    }

    ByteBuf byClient(ControlPacket packet) {
        ByteBuf out = Unpooled.buffer();
        client.wrap(packet, out);
        return out;
    }

    /** What a server makes of it; null when nothing. */
    @Nullable
    ControlPacket atServer(ByteBuf octets) {
        try {
            return peer == null ? first(octets.duplicate()) : taken(peer, peer.unwrap(octets.duplicate()));
        } catch (WireException e) {
            return null;
        }
    }

    private @Nullable ControlPacket first(ByteBuf octets) throws WireException {
        First first = server.first(octets, SECONDS);
        boolean reset = first.packet() instanceof HardResetClientV2;
        if (reset && first.key() != KeyKind.OWN_ONCE) {
            answering = first;
            return first.packet();
        }
        if (!reset && !ServerEnd.ID.equals(first.packet().acks().remote())) {
            return null;
        }
        peer = first.connection(SECONDS, reset ? 0 : 1);
        return taken(peer, first.unwrapped());
    }

    ByteBuf byServer(ControlPacket packet) {
        ByteBuf out = Unpooled.buffer();
        First to = answering;
        if (peer != null) {
            peer.wrap(packet, out);
        } else if (to != null && packet instanceof HardResetServerV2 answer) {
            to.wrapAnswer(
                    new HardResetServerV2(answer.sessionId(), answer.acks(), answer.messageId(), to.answerPayload()),
                    SECONDS,
                    out);
        }
        return out;
    }

    @Nullable
    ControlPacket atClient(ByteBuf octets) {
        try {
            return taken(client, client.unwrap(octets.duplicate()));
        } catch (WireException e) {
            return null;
        }
    }

    void clientProtects(Secret octets256) {
        client.protectRenegotiations(octets256, SECONDS);
    }

    void serverProtects(Secret octets256) {
        Objects.requireNonNull(peer).protectRenegotiations(octets256, SECONDS);
    }

    private static @Nullable ControlPacket taken(ConnectionWrap by, Unwrapped unwrapped) {
        return by.isNew(unwrapped) ? unwrapped.packet() : null;
    }
}
