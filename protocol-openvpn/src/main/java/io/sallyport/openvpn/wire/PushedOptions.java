package io.sallyport.openvpn.wire;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Composes a {@link PushReply} of what this client announced that it understands, and no more. */
public final class PushedOptions {
    private final PeerInfo client;
    private final List<String> options = new ArrayList<>();

    public PushedOptions(PeerInfo client) {
        this.client = client;
    }

    /** The client's address in a subnet, and the gateway's own in it. */
    public PushedOptions ipv4(Inet4Address address, int prefixLength, Inet4Address gateway) {
        options.add("topology subnet");
        options.add("ifconfig " + address.getHostAddress() + " " + netmask(prefixLength));
        options.add("route-gateway " + gateway.getHostAddress());
        return this;
    }

    public PushedOptions ipv6(Inet6Address address, int prefixLength, Inet6Address gateway) {
        options.add("ifconfig-ipv6 " + text(address) + "/" + prefixLength + " " + text(gateway));
        return this;
    }

    /** A prefix that the client reaches through the gateway. */
    public PushedOptions route(InetAddress network, int prefixLength) {
        if (network instanceof Inet4Address) {
            options.add("route " + network.getHostAddress() + " " + netmask(prefixLength));
        } else {
            options.add("route-ipv6 " + text(network) + "/" + prefixLength);
        }
        return this;
    }

    /** All traffic goes through the gateway, without touching the client's own default routes. */
    public PushedOptions redirectGateway(boolean ipv4, boolean ipv6) {
        options.add("redirect-gateway" + (ipv4 ? " def1" : " !ipv4") + (ipv6 ? " ipv6" : ""));
        return this;
    }

    public PushedOptions dns(InetAddress server) {
        options.add((server instanceof Inet4Address ? "dhcp-option DNS " : "dhcp-option DNS6 ") + text(server));
        return this;
    }

    public PushedOptions domain(String name) {
        return option("dhcp-option DOMAIN " + name);
    }

    /** Ping after so many silent seconds; begin anew after so many without hearing anything. */
    public PushedOptions ping(int seconds, int restartSeconds) {
        options.add("ping " + seconds);
        options.add("ping-restart " + restartSeconds);
        return this;
    }

    public PushedOptions tunMtu(int octets) {
        // Clients before 2.6 do not take it.
        if (client.value("IV_MTU") != null) {
            options.add("tun-mtu " + octets);
        }
        return this;
    }

    /** What the data channel will be. */
    public PushedOptions dataChannel(DataCipher cipher, int peerId, boolean exportedKeys) {
        return dataChannel(cipher, peerId, exportedKeys, DataFormat.PACKET_ID);
    }

    /** What the data channel will be; only {@link #format} says whether the epoch format may be asked for. */
    public PushedOptions dataChannel(DataCipher cipher, int peerId, boolean exportedKeys, DataFormat format) {
        if (!client.ciphers().isEmpty()) {
            options.add("cipher " + cipher.wireName());
        }
        if (client.speaksDataV2()) {
            options.add("peer-id " + peerId);
        }
        List<String> flags = new ArrayList<>();
        if (client.speaks(PeerInfo.PROTO_CC_EXIT_NOTIFY)) {
            flags.add("cc-exit");
            if (exportedKeys) {
                flags.add("tls-ekm");
            }
            if (format == DataFormat.EPOCH) {
                flags.add("aead-epoch");
            }
        } else if (exportedKeys) {
            options.add("key-derivation tls-ekm");
        }
        if (client.speaks(PeerInfo.PROTO_DYNAMIC_TLS_CRYPT)) {
            flags.add("dyn-tls-crypt");
        }
        if (!flags.isEmpty()) {
            options.add("protocol-flags " + String.join(" ", flags));
        }
        return this;
    }

    /** Stands for the password from now on. */
    public PushedOptions authToken(String token) {
        return option("auth-token " + token);
    }

    /** Any other option; without commas and unprintable characters. */
    public PushedOptions option(String option) {
        if (option.indexOf(',') >= 0 || !Ascii.isPrintable(option)) {
            throw new IllegalArgumentException("cannot be pushed: " + option);
        }
        options.add(option);
        return this;
    }

    public PushReply reply() {
        return new PushReply(options);
    }

    /** The first cipher of ours that the client speaks too; null when there is none. Clients that announce none have only the one of their options string. */
    public static @Nullable DataCipher choose(List<DataCipher> ours, PeerInfo client, OccOptions occ) {
        List<String> theirs = new ArrayList<>(client.ciphers());
        if (!occ.value("cipher").isEmpty()) {
            theirs.add(occ.value("cipher"));
        }
        for (DataCipher cipher : ours) {
            if (theirs.stream().anyMatch(cipher.wireName()::equalsIgnoreCase)) {
                return cipher;
            }
        }
        return null;
    }

    /** The newest format of data packets that the client speaks. The epoch format needs peer ids, keys exported from TLS, and a client that reads {@code protocol-flags}. */
    public static DataFormat format(PeerInfo client) {
        boolean epoch = client.speaks(PeerInfo.PROTO_DATA_EPOCH)
                && client.speaks(PeerInfo.PROTO_TLS_KEY_EXPORT)
                && client.speaks(PeerInfo.PROTO_CC_EXIT_NOTIFY)
                && client.speaksDataV2();
        return epoch ? DataFormat.EPOCH : DataFormat.PACKET_ID;
    }

    private static String text(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }

    private static String netmask(int prefixLength) {
        int mask = prefixLength == 0 ? 0 : -1 << (32 - prefixLength);
        return (mask >>> 24) + "." + (mask >>> 16 & 0xff) + "." + (mask >>> 8 & 0xff) + "." + (mask & 0xff);
    }
}
