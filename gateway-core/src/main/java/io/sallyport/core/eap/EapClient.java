package io.sallyport.core.eap;

import io.sallyport.core.auth.EapPackets;
import io.sallyport.core.auth.EapPeer;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An EAP peer: says its identity, refuses the methods that it does not have and repeats an answer that was lost (RFC 3748 §4.1). */
public final class EapClient implements EapPeer {
    private final Octets identity;
    private final List<EapPeerMethod> methods;
    private @Nullable EapPeerMethod chosen;
    private Octets lastRequest = Octets.EMPTY;
    private @Nullable Octets lastResponse;

    /**
     * @param identity what it calls itself before it proves anything
     * @param methods that it would take, best first; it closes them
     */
    public EapClient(String identity, List<EapPeerMethod> methods) {
        this.identity = Octets.of(identity.getBytes(StandardCharsets.UTF_8));
        this.methods = List.copyOf(methods);
    }

    @Override
    public @Nullable Octets receive(Octets packet) {
        EapPackets.Typed request = EapPackets.request(packet);
        if (request == null) {
            return null;
        }
        if (!packet.equals(lastRequest)) {
            lastRequest = packet;
            lastResponse = answer(request);
        }
        return lastResponse;
    }

    private @Nullable Octets answer(EapPackets.Typed request) {
        if (request.type() == EapPackets.IDENTITY) {
            return EapPackets.response(request.identifier(), EapPackets.IDENTITY, identity);
        }
        if (request.type() == EapPackets.NOTIFICATION) {
            return EapPackets.response(request.identifier(), EapPackets.NOTIFICATION, Octets.EMPTY);
        }
        EapPeerMethod method = chosen != null ? chosen : find(request.type());
        if (method == null) {
            return EapPackets.response(request.identifier(), EapPackets.NAK, wanted());
        }
        if (method.type() != request.type()) {
            return null;
        }
        chosen = method;
        Octets data = method.receive(request.data());
        return data == null ? null : EapPackets.response(request.identifier(), method.type(), data);
    }

    private @Nullable EapPeerMethod find(int type) {
        for (EapPeerMethod each : methods) {
            if (each.type() == type) {
                return each;
            }
        }
        return null;
    }

    private Octets wanted() {
        byte[] types = new byte[methods.size()];
        for (int i = 0; i < types.length; i++) {
            types[i] = (byte) methods.get(i).type();
        }
        // RFC 3748 §5.3.1: 0 where there is no alternative.
        return types.length == 0 ? Octets.of((byte) 0) : Octets.of(types);
    }

    @Override
    public boolean isComplete() {
        return chosen != null && chosen.isComplete();
    }

    @Override
    public @Nullable Secret keyingMaterial() {
        return chosen == null ? null : chosen.keyingMaterial();
    }

    @Override
    public void close() {
        methods.forEach(EapPeerMethod::close);
    }
}
