package io.sallyport.core.port443;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.sallyport.core.worker.Worker;
import java.util.function.Supplier;

/**
 * What a TLS terminator before the gateway passes on in plain text, on addresses of its own: an HTTP request, which begins with the upper-case letters of its method. The
 * addresses must be reachable for the terminator alone.
 */
public final class TerminatedTls implements StreamProtocol {
    private final TlsApplication application;
    private final Supplier<ShownCertificate> shown;

    /** @param shown every certificate that the terminator may have shown to a client; asked for each connection */
    public TerminatedTls(TlsApplication application, Supplier<ShownCertificate> shown) {
        this.application = application;
        this.shown = shown;
    }

    @Override
    public String name() {
        return "terminated-tls";
    }

    @Override
    public Claim claims(ByteBuf firstOctets) {
        int octets = firstOctets.readableBytes();
        for (int i = 0; i < octets; i++) {
            int octet = firstOctets.getUnsignedByte(firstOctets.readerIndex() + i);
            if (octet < 'A' || octet > 'Z') {
                return Claim.NO;
            }
        }
        return octets < OCTETS_TO_DECIDE ? Claim.UNDECIDED : Claim.YES;
    }

    @Override
    public void accept(Channel channel, Worker worker) {
        application.accept(channel, worker, shown.get());
    }
}
