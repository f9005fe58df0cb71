package io.sallyport.daemon.config;

import io.sallyport.core.address.GatewayAddress;
import io.sallyport.core.address.IpPrefix;
import io.sallyport.daemon.config.GatewayConfig.Device;
import io.sallyport.daemon.config.GatewayConfig.IpForward;
import io.sallyport.daemon.files.LockFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Whether the pools keep clear of this host's own networks, and whether it forwards. */
final class HostChecks {
    private static final Path SETTINGS = Path.of("/proc/sys");

    private final GatewayConfig config;
    private final Findings findings;
    private final Map<String, Position> places;
    private final BooleanSupplier running;

    HostChecks(GatewayConfig config, Findings findings, Map<String, Position> places) {
        this(
                config,
                findings,
                places,
                () -> LockFile.isHeld(LockFile.in(config.gateway().state())));
    }

    /** @param running whether a gateway with this state directory runs, whose device may have another name by now */
    HostChecks(GatewayConfig config, Findings findings, Map<String, Position> places, BooleanSupplier running) {
        this.config = config;
        this.findings = findings;
        this.places = places;
        this.running = running;
    }

    void check() {
        // A network in memory never meets the host's.
        if (!(config.network().device() instanceof Device.Tun(String own, int mtu))) {
            return;
        }
        checkForwarding(SETTINGS);
        try {
            NetworkInterface.networkInterfaces()
                    // the gateway's own device, while it runs or after it crashed
                    .filter(device -> !device.getName().equals(own))
                    .forEach(this::check);
        } catch (SocketException e) {
            findings.warning(
                    Position.START, "this host's networks cannot be listed, so pools are not compared with them");
        }
    }

    private void check(NetworkInterface device) {
        boolean pointToPoint;
        try {
            pointToPoint = device.isPointToPoint();
        } catch (SocketException e) {
            // it is gone by now
            return;
        }
        for (InterfaceAddress address : device.getInterfaceAddresses()) {
            check(device.getName(), pointToPoint, unscoped(address.getAddress()), address.getNetworkPrefixLength());
        }
    }

    /** An address of this host, and its length. */
    void check(String device, boolean pointToPoint, InetAddress address, int length) {
        for (int i = 0; i < config.addresses().pools().size(); i++) {
            IpPrefix pool = config.addresses().pools().get(i);
            if (!overlap(pool, address, length)) {
                continue;
            }
            Position place = places.getOrDefault("addresses.pools[" + i + "]", Position.START);
            if (pointToPoint && isGateways(pool, address, length) && running.getAsBoolean()) {
                findings.warning(
                        place,
                        device + " has the gateway's address in pool " + pool
                                + ", as this gateway's device has while it runs under that name; if it is another's, choose a"
                                + " range that this host does not use");
            } else {
                findings.mistake(
                        place,
                        "pool " + pool + " overlaps " + address.getHostAddress() + "/" + length + " of " + device
                                + "; choose a range that this host does not use");
            }
        }
    }

    /** As the gateway sets it on its device, which may still have the name that the file had before. */
    private static boolean isGateways(IpPrefix pool, InetAddress address, int length) {
        return IpPrefix.host(address).length() == length
                && GatewayAddress.of(pool).address().equals(address);
    }

    /**
     * Masquerading alone leads nobody anywhere. Without it {@link Agreement} has said so already.
     *
     * @param settings where the kernel's settings are
     */
    void checkForwarding(Path settings) {
        if (config.network().ipForward() == IpForward.OFF && config.network().masquerade()) {
            checkForwarding(settings, true, "net/ipv4/ip_forward");
            checkForwarding(settings, false, "net/ipv6/conf/all/forwarding");
        }
    }

    private void checkForwarding(Path settings, boolean ipv4, String setting) {
        boolean needed = config.addresses().pools().stream().anyMatch(pool -> pool.isIpv4() == ipv4);
        if (needed && isOff(settings.resolve(setting))) {
            findings.warning(
                    places.getOrDefault("network.ip-forward", Position.START),
                    "clients reach nothing behind this host: ip-forward is false and " + setting.replace('/', '.')
                            + " is 0; set ip-forward: auto, or that setting to 1");
        }
    }

    private static boolean isOff(Path setting) {
        try {
            return Files.readString(setting).strip().equals("0");
        } catch (IOException e) {
            // not known
            return false;
        }
    }

    private static boolean overlap(IpPrefix pool, InetAddress address, int length) {
        return pool.contains(address) || (length <= pool.length() && samePrefix(pool.address(), address, length));
    }

    private static boolean samePrefix(InetAddress a, InetAddress b, int length) {
        byte[] left = a.getAddress();
        byte[] right = b.getAddress();
        if (left.length != right.length) {
            return false;
        }
        for (int bit = 0; bit < length; bit++) {
            if (((left[bit / 8] ^ right[bit / 8]) & 0x80 >> bit % 8) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Without {@code %eth0}. */
    private static InetAddress unscoped(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0
                ? address
                : InetAddress.ofLiteral(List.of(text.split("%", 2)).getFirst());
    }
}
