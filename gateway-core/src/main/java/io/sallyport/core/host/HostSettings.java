package io.sallyport.core.host;

import io.sallyport.core.address.IpPrefix;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What the host is to be set up for.
 *
 * @param tun the device's name
 * @param mtu octets
 * @param pools the clients' addresses; the first host address of each is the gateway's own
 * @param forward whether to turn forwarding on while the gateway runs
 * @param masquerade whether clients' traffic leaves the host with the host's addresses
 * @param stateDirectory where is written what must be put back
 */
public record HostSettings(
        String tun, int mtu, List<IpPrefix> pools, boolean forward, boolean masquerade, Path stateDirectory) {
    // it becomes part of nft's script and of arguments
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}");

    public HostSettings {
        if (!NAME.matcher(tun).matches()) {
            throw new IllegalArgumentException(
                    "'" + tun + "' is no name for a device; use up to 15 letters and digits");
        }
        pools = List.copyOf(pools);
    }

    /** The nftables table that is this device's alone. */
    String table() {
        return tableOf(tun);
    }

    /** The name of a device's own nftables table, to look at it. */
    public static String tableOf(String tun) {
        return "sallyport_" + tun;
    }
}
