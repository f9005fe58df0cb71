package io.sallyport.interop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Debian's openvpn in the gateway's place, on UDP 1194 or TCP 443: what the lab itself is tried with. */
final class OpenVpnServer extends Running {
    private OpenVpnServer(Lab lab, List<String> command) {
        super(lab, "openvpn-server", command);
    }

    static OpenVpnServer start(Lab lab, TestAuthority authority, boolean tcp, String... options) {
        Credentials server = authority.server(Lab.GATEWAY_NAME);
        lab.gateway()
                .run("sysctl", "-w", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")
                .orFail();
        List<String> command = new ArrayList<>(List.of("openvpn", "--verb", "4", "--dev", "tun9", "--dh", "none"));
        command.addAll(List.of("--proto", tcp ? "tcp-server" : "udp", "--port", tcp ? "443" : "1194"));
        command.addAll(
                List.of("--ca", lab.write("ca.crt", authority.certificate()).toString()));
        command.addAll(
                List.of("--cert", lab.write("server.crt", server.certificate()).toString()));
        command.addAll(List.of("--key", lab.write("server.key", server.key()).toString()));
        command.addAll(List.of("--topology", "subnet", "--server", "172.16.201.0", "255.255.255.0"));
        command.addAll(List.of("--server-ipv6", "fd72::/64", "--push", "route 10.20.0.0 255.255.0.0"));
        command.addAll(List.of("--push", "route-ipv6 fd20::/64", "--keepalive", "1", "5"));
        command.addAll(List.of(options));
        OpenVpnServer started = new OpenVpnServer(lab, lab.gateway().command(command));
        started.awaitLog(OpenVpnClient.UP, Duration.ofSeconds(15));
        return started;
    }

    /** What a client of this server needs. */
    static ClientProfile profile(TestAuthority authority, Credentials client) {
        return new ClientProfile("client\ndev tun\nnobind\npersist-tun\nremote-cert-tls server\n")
                .withBlock("ca", authority.certificate())
                .withCertificate(client);
    }
}
