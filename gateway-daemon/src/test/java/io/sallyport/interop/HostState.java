package io.sallyport.interop;

/**
 * What a gateway changes on its host, as the host's own tools print it. Without link-local routes: the kernel adds some
 * of them by itself, up to two seconds after a link is up.
 */
record HostState(String firewall, String addresses, String routes, String forwarding) {
    static HostState of(Namespace namespace) {
        return new HostState(
                namespace.run("nft", "list", "tables").orFail().out(),
                namespace.shell("ip -br addr show | sort").orFail().out(),
                namespace
                        .shell(
                                "ip -4 route show table all; ip -6 route show table all | grep -v 'fe80:\\|^multicast' | sed 's/ expires.*//' | sort")
                        .orFail()
                        .out(),
                namespace
                        .run("sysctl", "-n", "net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding")
                        .orFail()
                        .out());
    }
}
