package io.sallyport.core.eap;

import io.sallyport.core.auth.EapPackets;
import io.sallyport.core.eap.EapTlsPacket.MalformedException;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.tls.TlsContext;
import io.sallyport.core.tls.TlsEndpoint;
import io.sallyport.core.tls.TlsEndpoint.Progress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The client's side of EAP-TLS (RFC 5216, RFC 9190). */
public final class EapTlsPeer implements EapPeerMethod {
    private static final byte[] COMMITMENT = {0};

    private final TlsContext tls;
    private final int packetOctets;
    private @Nullable TlsEndpoint endpoint;
    private @Nullable EapTlsFlow flow;
    private @Nullable Secret msk;
    private @Nullable String failure;

    /**
     * @param tls a client's, with its certificate, the roots that it trusts and the server's name
     * @param packetOctets the longest EAP packet to send
     */
    public EapTlsPeer(TlsContext tls, int packetOctets) {
        this.tls = tls;
        this.packetOctets = packetOctets;
    }

    public EapTlsPeer(TlsContext tls) {
        this(tls, EapTlsFlow.DEFAULT_PACKET_OCTETS);
    }

    @Override
    public int type() {
        return EapPackets.TLS;
    }

    @Override
    public @Nullable Octets receive(Octets data) {
        try {
            EapTlsPacket answer = receive(EapTlsPacket.decode(data));
            return answer == null ? null : answer.encode();
        } catch (MalformedException e) {
            failure = "malformed EAP-TLS: " + e.getMessage();
            return null;
        }
    }

    private @Nullable EapTlsPacket receive(EapTlsPacket packet) throws MalformedException {
        if (packet.start()) {
            close();
            TlsEndpoint fresh = tls.newEndpoint();
            EapTlsFlow out = new EapTlsFlow(fresh, packetOctets);
            endpoint = fresh;
            flow = out;
            return advance(fresh, out);
        }
        if (endpoint == null || flow == null) {
            return null;
        }
        if (flow.isSending()) {
            return packet.isAck() ? flow.next() : null;
        }
        return flow.take(packet) ? advance(endpoint, flow) : EapTlsPacket.ACK;
    }

    private EapTlsPacket advance(TlsEndpoint tls, EapTlsFlow out) {
        Progress progress = tls.progress();
        while (progress instanceof Progress.HasTask(Runnable task)) {
            task.run();
            progress = tls.progress();
        }
        switch (progress) {
            case Progress.Open _ -> opened(tls);
            case Progress.Failed failed -> failed(failed.reason());
            case Progress.Closed _ -> failed("the server closed TLS");
            case Progress.NeedsInput _, Progress.HasTask _ -> {}
        }
        return out.first();
    }

    private void opened(TlsEndpoint tls) {
        // RFC 9190 §2.1.1: with TLS 1.3 the server may still refuse, until it has committed itself.
        boolean committed = !EapTlsKeys.isTls13(tls) || Arrays.equals(tls.read(), COMMITMENT);
        if (committed && msk == null) {
            try {
                msk = EapTlsKeys.msk(tls);
            } catch (IllegalStateException e) {
                failed("TLS without the extended master secret gives no keys");
            }
        }
    }

    private void failed(String reason) {
        failure = reason;
        if (msk != null) {
            msk.close();
            msk = null;
        }
    }

    /** Why it ended, by either side; null while it has not. */
    public @Nullable String failure() {
        return failure;
    }

    @Override
    public boolean isComplete() {
        return msk != null;
    }

    @Override
    public @Nullable Secret keyingMaterial() {
        return msk == null ? null : msk.slice(0, msk.length());
    }

    @Override
    public void close() {
        if (msk != null) {
            msk.close();
            msk = null;
        }
        if (endpoint != null) {
            endpoint.close();
            endpoint = null;
        }
        flow = null;
    }
}
