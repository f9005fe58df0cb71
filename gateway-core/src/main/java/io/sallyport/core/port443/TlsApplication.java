package io.sallyport.core.port443;

import io.netty.channel.Channel;
import io.sallyport.core.worker.Worker;

/** What speaks inside of TLS on the TCP port. */
public interface TlsApplication {
    /**
     * Takes a connection over whose TLS handshake is done, on its worker: adds its handlers at the end of the pipeline, which then see plaintext from the first octet. {@link
     * ClientAddress} says who the client is.
     *
     * @param shown the leaf certificate that this connection showed, whatever the gateway shows to others by now
     */
    void accept(Channel channel, Worker worker, ShownCertificate shown);
}
