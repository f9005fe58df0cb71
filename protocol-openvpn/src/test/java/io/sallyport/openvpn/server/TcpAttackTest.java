package io.sallyport.openvpn.server;

import static io.sallyport.openvpn.server.OpenVpnServerTest.key;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.worker.Verdict;
import io.sallyport.openvpn.wire.ClientKeyV2;
import io.sallyport.openvpn.wire.ServerKeyV2;
import io.sallyport.openvpn.wire.ServerKeys;
import io.sallyport.openvpn.wire.V2Samples;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks on TCP 443, where OpenVPN is the only protocol yet; see docs/attacks.md. */
@Timeout(180)
class TcpAttackTest {
    private static final int SOCKETS = 40;
    private static final String RESET = "000e" + "38" + "0102030405060708" + "00" + "00000000";
    /** A record of 16 KiB, in it a ClientHello of 16 MiB. */
    private static final String HUGE_HELLO = "1603014000" + "01ffffff" + "0303";

    private static final String BELOW_12 = "160301002d0100002903020000";

    /** Until there is a protocol that speaks TLS here, its first octets are refused, whatever they claim. */
    @ParameterizedTest
    @ValueSource(strings = {HUGE_HELLO, BELOW_12, "16", "160303", "4854545020", "505249202a20", "ffff38"})
    void whatIsNotOpenVpnIsRefusedAtOnce(String hex) throws Exception {
        try (Besieged besieged = new Besieged(key())) {
            byte[] octets = Octets.fromHex(hex).toByteArray();
            for (int i = 0; i < SOCKETS; i++) {
                try (Socket socket = connect(besieged)) {
                    socket.getOutputStream().write(octets);
                    assertClosed(socket);
                }
            }
            besieged.awaitDrops(Verdict.NOT_THIS_PROTOCOL, SOCKETS);
        }
    }

    @Test
    void httpIsRefusedWhateverItsLengths() throws Exception {
        List<String> requests = List.of(
                "POST / HTTP/1.1\r\nContent-Length: 18446744073709551615\r\n\r\n",
                "GET /" + "a".repeat(65_536) + " HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\n" + "X: y\r\n".repeat(10_000) + "\r\n");
        try (Besieged besieged = new Besieged(key())) {
            for (String request : requests) {
                try (Socket socket = connect(besieged)) {
                    write(socket, request.getBytes(US_ASCII));
                    assertClosed(socket);
                }
            }
            besieged.awaitDrops(Verdict.NOT_THIS_PROTOCOL, requests.size());
        }
    }

    /** Lengths of a first frame that nobody can mean: the port knows them from no protocol. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "000038", "ffff38", "000d38", "010038", "000050", "000e50", "00ff50", "014f50", "04ff50", "ffff50"
            })
    void aFirstLengthThatLiesIsNoOpenVpn(String hex) throws Exception {
        try (Besieged besieged = new Besieged(key())) {
            for (int i = 0; i < SOCKETS; i++) {
                try (Socket socket = connect(besieged)) {
                    write(socket, Octets.fromHex(hex).toByteArray());
                    assertClosed(socket);
                }
            }
            besieged.awaitDrops(Verdict.NOT_THIS_PROTOCOL, SOCKETS);
        }
    }

    /** A first packet with a key behind it, whose length for that key is none, or more than came, or not that of the key. */
    @ParameterizedTest
    @CsvSource({
        "0000, MALFORMED",
        "0121, MALFORMED",
        "0401, MALFORMED",
        "ffff, MALFORMED",
        "0150, MALFORMED",
        "0122, NOT_AUTHENTIC"
    })
    void aKeyWhoseLengthLiesEndsTheConnection(String keyLength, Verdict verdict) throws Exception {
        String packet = "50" + "0102030405060708" + "00".repeat(0x160 - 9 - 2) + keyLength;
        ServerKeyV2 server = ServerKeyV2.parse(V2Samples.SERVER_KEY);
        try (Besieged besieged =
                new Besieged(new ServerKeys(null, server, 0), ClientKeyV2.parse(V2Samples.CLIENT_KEY))) {
            for (int i = 0; i < SOCKETS; i++) {
                try (Socket socket = connect(besieged)) {
                    write(socket, Octets.fromHex("0160" + packet).toByteArray());
                    assertClosed(socket);
                }
            }
            besieged.awaitDrops(verdict, SOCKETS);
            assertThat(besieged.drops(Verdict.NOT_THIS_PROTOCOL))
                    .as("counted twice")
                    .isZero();
        }
    }

    /** After a good first frame: 0, 65535, and one more than there is room for. */
    @ParameterizedTest
    @ValueSource(strings = {"0000", "ffff", "07c1"})
    void aLaterLengthThatLiesEndsTheConnection(String hex) throws Exception {
        try (Besieged besieged = new Besieged(null)) {
            for (int i = 0; i < SOCKETS; i++) {
                try (Socket socket = connect(besieged)) {
                    write(socket, Octets.fromHex(RESET + hex + "00".repeat(100)).toByteArray());
                    assertClosed(socket);
                }
            }
            besieged.awaitDrops(Verdict.MALFORMED, SOCKETS);
        }
    }

    /**
     * A socket that stops, each time one octet later: undecided, in the first frame, in the middle of a later one. Each
     * has a deadline, and each is counted.
     */
    @Test
    void whoStopsAtAnyOctetIsEndedByADeadline() throws Exception {
        byte[] octets = Octets.fromHex(RESET).toByteArray();
        try (Besieged besieged = new Besieged(null)) {
            List<Socket> sockets = new ArrayList<>();
            for (int length = 0; length < octets.length; length++) {
                Socket socket = connect(besieged);
                sockets.add(socket);
                socket.getOutputStream().write(octets, 0, length);
            }
            for (Socket socket : sockets) {
                assertClosed(socket);
                socket.close();
            }
            besieged.awaitDrops(Verdict.DEADLINE_PASSED, octets.length);
        }
    }

    /** One octet at a time: undecided, in the first frame, in a ClientHello. Progress moves no deadline. */
    @ParameterizedTest
    @CsvSource({"0, 3000, DEADLINE_PASSED", "4, 1000, DEADLINE_PASSED", "16, 300, ''"})
    void whoSendsOneOctetAtATimeIsEndedByADeadline(int atOnce, int everyMillis, String verdict) throws Exception {
        String hello = "03e8" + "20" + "0102030405060708" + "00" + "00000001" + "1603010384" + "00".repeat(981);
        byte[] octets = Octets.fromHex(RESET + hello).toByteArray();
        try (Besieged besieged = new Besieged(null);
                Socket socket = connect(besieged)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(everyMillis);
            socket.getOutputStream().write(octets, 0, atOnce);
            int sent = slowly(socket, octets, atOnce);
            assertThat(sent).as("octets before the end").isLessThan(octets.length);
            if (!verdict.isEmpty()) {
                besieged.awaitDrops(Verdict.valueOf(verdict), 1);
            }
        }
    }

    /** Each time that nothing comes for the socket's patience; how many were sent when it was closed. */
    private static int slowly(Socket socket, byte[] octets, int from) throws IOException {
        int at = from;
        while (at < octets.length) {
            try {
                if (socket.getInputStream().read() < 0) {
                    return at;
                }
            } catch (SocketTimeoutException quiet) {
                socket.getOutputStream().write(octets, at++, 1);
            } catch (SocketException reset) {
                return at;
            }
        }
        return at;
    }

    private static Socket connect(Besieged besieged) throws IOException {
        Socket socket = new Socket(besieged.site.tcp.getAddress(), besieged.site.tcp.getPort());
        socket.setSoTimeout(40_000);
        return socket;
    }

    private static void write(Socket socket, byte[] octets) {
        try {
            socket.getOutputStream().write(octets);
        } catch (IOException e) {
            // It was closed before it had taken all.
        }
    }

    private static void assertClosed(Socket socket) {
        try {
            while (socket.getInputStream().read() >= 0) {
                // An answer to the first frame.
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("still open", e);
        } catch (IOException e) {
            // A reset ends it too.
        }
    }
}
