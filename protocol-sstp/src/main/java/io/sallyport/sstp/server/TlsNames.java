package io.sallyport.sstp.server;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import javax.net.ssl.SSLSession;

/** What operators are shown of a connection's cipher. */
final class TlsNames {
    private TlsNames() {}

    static String cipher(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            return "TLS before the gateway";
        }
        SSLSession session = tls.engine().getSession();
        return session.getProtocol() + " " + session.getCipherSuite();
    }
}
