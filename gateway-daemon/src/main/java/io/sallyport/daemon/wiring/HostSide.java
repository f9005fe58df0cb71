package io.sallyport.daemon.wiring;

import io.sallyport.core.host.HostException;
import io.sallyport.core.host.HostNetwork;
import io.sallyport.core.host.HostSettings;
import io.sallyport.core.host.LocalHost;
import io.sallyport.core.network.MemoryNetwork;
import io.sallyport.core.network.Network;
import io.sallyport.core.tun.TunDevice;
import io.sallyport.core.tun.TunException;
import io.sallyport.daemon.config.GatewayConfig;
import io.sallyport.daemon.config.GatewayConfig.Device;
import org.jspecify.annotations.Nullable;

/** The gateway's side of the host: the device, and what the host does with its packets. */
final class HostSide implements AutoCloseable {
    private final @Nullable HostNetwork network;

    private HostSide(@Nullable HostNetwork network) {
        this.network = network;
    }

    /** @param gone told when the device is deleted under way */
    static Network openNetwork(GatewayConfig config, int queues, Runnable gone) throws StartException {
        return switch (config.network().device()) {
            case Device.Memory(int mtu) -> new MemoryNetwork("memory", mtu);
            case Device.Tun(String name, int mtu) -> {
                try {
                    yield TunDevice.open(name, mtu, queues, gone);
                } catch (TunException e) {
                    throw StartException.because(e);
                }
            }
        };
    }

    /** Addresses, routes, forwarding, masquerading; closed, everything is as it was. */
    static HostSide setUp(GatewayConfig config) throws StartException {
        if (!(config.network().device() instanceof Device.Tun(String name, int mtu))) {
            return new HostSide(null);
        }
        HostSettings settings = new HostSettings(
                name,
                mtu,
                config.addresses().pools(),
                config.network().ipForward() != GatewayConfig.IpForward.OFF,
                config.network().masquerade(),
                config.gateway().state());
        try {
            return new HostSide(HostNetwork.setUp(new LocalHost(), settings));
        } catch (HostException e) {
            throw StartException.because(e);
        }
    }

    /** For now and then: sets the device up again when somebody took it down. */
    void tend() {
        if (network != null) {
            network.tend();
        }
    }

    @Override
    public void close() {
        if (network != null) {
            network.close();
        }
    }
}
