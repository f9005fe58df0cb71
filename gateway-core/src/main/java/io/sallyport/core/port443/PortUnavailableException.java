package io.sallyport.core.port443;

import io.netty.channel.unix.Errors;
import java.io.Serial;
import java.net.InetSocketAddress;

/** A port cannot be listened on. The message is one sentence for the operator, with a remedy. */
public final class PortUnavailableException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    // errno of Linux
    private static final int EACCES = 13;
    private static final int EADDRINUSE = 98;
    private static final int EADDRNOTAVAIL = 99;

    private PortUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }

    static PortUnavailableException of(InetSocketAddress address, Throwable cause) {
        String port = "TCP port " + address.getPort() + " on "
                + (address.isUnresolved()
                        ? address.getHostString()
                        : address.getAddress().getHostAddress());
        return new PortUnavailableException(port + sentence(errno(cause), cause), cause);
    }

    private static String sentence(int errno, Throwable cause) {
        return switch (errno) {
            case EADDRINUSE ->
                " is already in use by another process; stop that process (ss -ltnp shows it) or configure another port";
            case EACCES ->
                " needs root or the capability CAP_NET_BIND_SERVICE; run with it or configure a port from 1024 up";
            case EADDRNOTAVAIL ->
                " cannot be used because this host does not have the address; configure one that it has";
            default -> " cannot be listened on (" + cause.getMessage() + ")";
        };
    }

    private static int errno(Throwable cause) {
        return cause instanceof Errors.NativeIoException e ? -e.expectedErr() : 0;
    }
}
