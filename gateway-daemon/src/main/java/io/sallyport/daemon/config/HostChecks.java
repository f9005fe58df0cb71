package io.sallyport.daemon.config;

import io.sallyport.core.address.IpPrefix;
import io.sallyport.core.crypto.CipherUnavailableException;
import io.sallyport.core.crypto.OpenSslPacketCiphers;
import io.sallyport.daemon.config.GatewayConfig.CryptoProvider;
import io.sallyport.daemon.config.GatewayConfig.Device;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Map;

/** Whether the pools keep clear of this host's own networks, and whether it has the ciphers that are asked for. */
final class HostChecks {
    private final GatewayConfig config;
    private final Findings findings;
    private final Map<String, Position> places;
    private final Ciphers openSsl;

    /** Looks for a library. */
    interface Ciphers {
        void load() throws CipherUnavailableException;
    }

    HostChecks(GatewayConfig config, Findings findings, Map<String, Position> places) {
        this(config, findings, places, OpenSslPacketCiphers::load);
    }

    HostChecks(GatewayConfig config, Findings findings, Map<String, Position> places, Ciphers openSsl) {
        this.openSsl = openSsl;
        this.config = config;
        this.findings = findings;
        this.places = places;
    }

    void check() {
        checkCiphers();
        // A network in memory never meets the host's.
        if (!(config.network().device() instanceof Device.Tun(String own, int mtu))) {
            return;
        }
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

    private void checkCiphers() {
        if (config.crypto() != CryptoProvider.OPENSSL) {
            return;
        }
        try {
            openSsl.load();
        } catch (CipherUnavailableException e) {
            findings.mistake(places.getOrDefault("crypto.provider", Position.START), String.valueOf(e.getMessage()));
        }
    }

    private void check(NetworkInterface device) {
        for (InterfaceAddress address : device.getInterfaceAddresses()) {
            InetAddress plain = unscoped(address.getAddress());
            for (int i = 0; i < config.addresses().pools().size(); i++) {
                IpPrefix pool = config.addresses().pools().get(i);
                if (overlap(pool, plain, address.getNetworkPrefixLength())) {
                    findings.mistake(
                            places.getOrDefault("addresses.pools[" + i + "]", Position.START),
                            "pool " + pool + " overlaps " + plain.getHostAddress() + "/"
                                    + address.getNetworkPrefixLength() + " of " + device.getName()
                                    + "; choose a range that this host does not use");
                }
            }
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
