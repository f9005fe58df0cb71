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

    /** The same where the Internet is IPv6. */
    static void toOtherAddress6(Lab lab, int n) {
        Namespace client = lab.client(n);
        client.run("ip", "-6", "addr", "add", otherAddress6(n) + "/64", "dev", "wan0", "nodad")
                .orFail();
        client.run("ip", "-6", "addr", "del", Lab.clientAddress6(n) + "/64", "dev", "wan0")
                .orFail();
    }

    static String otherAddress6(int n) {
        return "fd51::" + (130 + n);
    }

    /**
     * As when a NAT device forgets its mapping: the same address, another port. The device's tracking must meet a packet
     * of the client first, so that nothing reaches the client until one has left.
     */
    static void toOtherPort(Lab lab, int n, int port, String pinged) {
        Namespace client = lab.client(n);
        client.nft(
                "table inet deaf { chain arriving { type filter hook prerouting priority -400; iifname \"wan0\" drop; }; }");
        client.nft("table ip moved { chain leaving { type nat hook postrouting priority 100; udp dport 1194 snat to "
                + Lab.clientAddress(n) + ":" + port + "; }; }");
        Ping.staysUnanswered(client, pinged);
        client.run("nft", "delete", "table", "inet", "deaf").orFail();
    }

    private Moves() {}
}
