package io.sallyport.sstp.ppp;

import io.sallyport.core.octets.Octets;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** IPCP's options (RFC 1332 §3, RFC 1877 §1): all of these are an IPv4 address. */
final class IpcpOptions {
    static final int ADDRESS = 3;
    static final int PRIMARY_DNS = 129;
    static final int SECONDARY_DNS = 131;

    static final int ADDRESS_OCTETS = 4;

    private IpcpOptions() {}

    static ConfigOption of(int type, Inet4Address address) {
        return new ConfigOption(type, Octets.of(address.getAddress()));
    }

    static boolean isAddress(ConfigOption option) {
        return option.has(ADDRESS_OCTETS) && option.number() != 0;
    }

    /** @param option of four octets */
    static Inet4Address address(ConfigOption option) {
        try {
            return (Inet4Address) InetAddress.getByAddress(option.data().toByteArray());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    "no IPv4 address has " + option.data().length() + " octets", e);
        }
    }
}
