package io.sallyport.daemon.wiring;

import io.sallyport.core.Gateway;
import io.sallyport.core.port443.Port443;
import io.sallyport.core.port443.PortLimits;
import io.sallyport.core.port443.PortUnavailableException;
import io.sallyport.core.port443.StreamProtocol;
import io.sallyport.daemon.config.GatewayConfig;
import io.sallyport.openvpn.server.OpenVpnServer;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The TCP addresses: those that protocols share, and those behind a TLS terminator. */
final class TcpPorts {
    private final GatewayConfig.Listen listen;
    private final Gateway gateway;
    private final Resources resources;
    private final Listening listening;

    TcpPorts(GatewayConfig.Listen listen, Gateway gateway, Resources resources, Listening listening) {
        this.listen = listen;
        this.gateway = gateway;
        this.resources = resources;
        this.listening = listening;
    }

    /** Binds all of them; what is not enabled is null. */
    void bind(@Nullable OpenVpnServer openVpn, @Nullable SstpSide sstp) throws StartException {
        List<StreamProtocol> shared = new ArrayList<>();
        if (openVpn != null) {
            shared.add(openVpn.tcp());
        }
        if (sstp != null) {
            shared.add(sstp.tls());
            bind("tls-terminated", listen.tlsTerminated(), List.of(sstp.terminated()));
        }
        bind("tcp", listen.tls(), shared);
    }

    private void bind(String what, List<InetSocketAddress> addresses, List<StreamProtocol> protocols)
            throws StartException {
        if (addresses.isEmpty() || protocols.isEmpty()) {
            return;
        }
        try {
            Port443 port = resources.add(Port443.bind(
                    gateway.workers().all(), addresses, protocols, PortLimits.DEFAULT, listen.proxyProtocol()));
            port.addresses().forEach(address -> listening.add(what, address));
        } catch (PortUnavailableException e) {
            throw StartException.because(e);
        }
    }
}
