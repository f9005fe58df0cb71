package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * The answer to a DHCPINFORM (RFC 2131) sent out of a tunnel, as Windows asks for routes. Perl sends it, which every Debian
 * has: the machine in which pppd runs has no memory for a JVM.
 *
 * @param options by their code, in hexadecimal
 */
record DhcpInform(Map<Integer, String> options) {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int MAGIC_COOKIE = 236;
    private static final int PAD = 0;
    private static final int END = 255;

    /** DEVICE, HEX: from port 68 to the servers of the link; asks again each second, prints what comes back. */
    private static final String PERL = """
            use Socket;
            my ($device, $hex) = @ARGV;
            socket(S, PF_INET, SOCK_DGRAM, 17) or die "socket: $!";
            setsockopt(S, SOL_SOCKET, SO_BROADCAST, 1) or die "SO_BROADCAST: $!";
            setsockopt(S, SOL_SOCKET, 25, pack("Z*", $device)) or die "SO_BINDTODEVICE: $!";
            bind(S, sockaddr_in(68, INADDR_ANY)) or die "bind: $!";
            for (1..10) {
                send(S, pack("H*", $hex), 0, sockaddr_in(67, INADDR_BROADCAST)) or die "send: $!";
                my $in = "";
                vec($in, fileno(S), 1) = 1;
                if (select($in, undef, undef, 1)) {
                    recv(S, my $answer, 65535, 0) // die "recv: $!";
                    print unpack("H*", $answer);
                    exit 0;
                }
            }
            die "no answer";
            """;

    static DhcpInform ask(Place where, String device, String address) {
        String transaction = "12345678";
        String client = hexOf(address);
        // BOOTREQUEST, ciaddr, no hardware address; DHCPINFORM, "MSFT 5.0", the parameters that Windows asks for
        String request = "01" + "01" + "06" + "00" + transaction + "00000000" + client + "00".repeat(12 + 16 + 64 + 128)
                + "63825363" + "350108" + "3c08" + hexOfText("MSFT 5.0") + "3704" + "06" + "0f" + "79" + "f9" + "ff";
        String answer = where.run(LIMIT, "perl", "-e", PERL, device, request)
                .orFail()
                .out()
                .trim();
        assertThat(answer.substring(0, 2)).as("BOOTREPLY").isEqualTo("02");
        assertThat(answer.substring(8, 16)).isEqualTo(transaction);
        DhcpInform inform = new DhcpInform(parse(HexFormat.of().parseHex(answer)));
        assertThat(inform.option(53)).as("DHCPACK").isEqualTo("05");
        return inform;
    }

    String option(int code) {
        assertThat(options).containsKey(code);
        return options.getOrDefault(code, "");
    }

    String text(int code) {
        return new String(HexFormat.of().parseHex(option(code)), StandardCharsets.US_ASCII);
    }

    private static Map<Integer, String> parse(byte[] packet) {
        Map<Integer, String> options = new TreeMap<>();
        int at = MAGIC_COOKIE + 4;
        while (Byte.toUnsignedInt(packet[at]) != END) {
            int code = Byte.toUnsignedInt(packet[at++]);
            if (code != PAD) {
                int length = Byte.toUnsignedInt(packet[at++]);
                options.put(code, HexFormat.of().formatHex(packet, at, at + length));
                at += length;
            }
        }
        return options;
    }

    private static String hexOf(String address) {
        StringBuilder hex = new StringBuilder();
        for (String octet : address.split("\\.", -1)) {
            hex.append("%02x".formatted(Integer.parseInt(octet)));
        }
        return hex.toString();
    }

    private static String hexOfText(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }
}
