package io.sallyport.core.address;

/**
 * A configured range of inner addresses. Several pools may share a name: an IPv4 and an IPv6 one, or a second range for the first's overflow. The network address, the
 * gateway's own address (the first host's) and, in IPv4, the broadcast address are never leased.
 */
public record Pool(String name, IpPrefix prefix) {
    /** The pools of clients whose grant names none. */
    public static final String DEFAULT = "default";

    private static final int LONGEST_IPV4 = 29;
    private static final int LONGEST_IPV6 = 125;
    private static final int SHORTEST = 8;

    public Pool {
        int longest = prefix.isIpv4() ? LONGEST_IPV4 : LONGEST_IPV6;
        if (prefix.length() < SHORTEST || prefix.length() > longest) {
            throw new IllegalArgumentException(
                    "pool " + prefix + " must have a prefix length within " + SHORTEST + ".." + longest);
        }
    }

    public static Pool of(String prefix) {
        return new Pool(DEFAULT, IpPrefix.parse(prefix));
    }

    /** The address that the gateway itself has in this pool. */
    public GatewayAddress gateway() {
        return GatewayAddress.of(prefix);
    }

    @Override
    public String toString() {
        return name.equals(DEFAULT) ? prefix.toString() : name + " (" + prefix + ")";
    }
}
