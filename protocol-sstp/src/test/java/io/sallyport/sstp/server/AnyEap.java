package io.sallyport.sstp.server;

import io.sallyport.core.auth.EapPeer;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers every request with an identity, and believes every Success. */
final class AnyEap implements EapPeer {
    final List<Octets> heard = new ArrayList<>();

    @Override
    public @Nullable Octets receive(Octets packet) {
        heard.add(packet);
        // Response, Identity "alice", with the request's identifier
        return packet.at(0) == 1 ? Octets.fromHex("02" + packet.slice(1, 2).toHex() + "000a01" + "616c696365") : null;
    }

    @Override
    public boolean isComplete() {
        return true;
    }

    @Override
    public @Nullable Secret keyingMaterial() {
        return null;
    }

    @Override
    public void close() {}
}
