package io.sallyport.interop;

/** What happens to a client's outer address while its tunnel is up. */
final class Moves {
    /** The address that client {@code n} has after {@link #toOtherAddress}. */
    static String otherAddress(int n) {
        return "198.51.100." + (130 + n);
    }

    /** As between Wi-Fi and mobile: the old address is gone, packets come from the new one. */
    static void toOtherAddress(Lab lab, int n) {
        Namespace client = lab.client(n);
        client.run("ip", "addr", "add", otherAddress(n) + "/24", "dev", "wan0").orFail();
        client.run("ip", "addr", "del", Lab.clientAddress(n) + "/24", "dev", "wan0")
                .orFail();
        client.run("ip", "addr", "replace", otherAddress(n) + "/24", "dev", "wan0")
                .orFail();
    }

    /** As when a NAT device forgets its mapping: the same address, another port. */
    static void toOtherPort(Lab lab, int n, int port) {
        lab.client(n)
                .nft(
                        "table ip moved { chain leaving { type nat hook postrouting priority srcnat; udp dport 1194 snat to "
                                + Lab.clientAddress(n) + ":" + port + "; }; }");
    }

    private Moves() {}
}
