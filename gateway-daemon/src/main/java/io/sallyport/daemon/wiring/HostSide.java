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

/** The gateway's side of the host: the device, and what the host does with its packets. */
final class HostSide {
    private HostSide() {}

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
    static AutoCloseable setUp(GatewayConfig config) throws StartException {
        if (!(config.network().device() instanceof Device.Tun(String name, int mtu))) {
            return () -> {};
        }
        HostSettings settings = new HostSettings(
                name,
                mtu,
                config.addresses().pools(),
                config.network().ipForward() != GatewayConfig.IpForward.OFF,
                config.network().masquerade(),
                config.gateway().state());
        try {
            return HostNetwork.setUp(new LocalHost(), settings);
        } catch (HostException e) {
            throw StartException.because(e);
        }
    }
}
