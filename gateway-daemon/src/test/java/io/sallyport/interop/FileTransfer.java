package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** Sends a file of random octets over TCP from one namespace to another and compares SHA-256. */
final class FileTransfer {
    private static final int PORT = 5002;

    /** Fails when {@code octets} do not arrive as they were within {@code limit}. */
    static void arrivesIntact(Lab lab, Namespace from, Namespace to, String address, int octets, Duration limit) {
        Path sent = lab.newDirectory("file").resolve("sent");
        Path received = sent.resolveSibling("received");
        try {
            writeRandom(sent, octets);
            try (Running receiver = run(lab, to, "receive", received.toString())) {
                receiver.awaitLog("listening", Duration.ofSeconds(20));
                try (Running sender = run(lab, from, "send", sent.toString(), address)) {
                    assertThat(receiver.awaitExit(limit))
                            .as("exit status of the receiver")
                            .isZero();
                    assertThat(sender.awaitExit(Duration.ofSeconds(20)))
                            .as("exit status of the sender")
                            .isZero();
                }
            }
            assertThat(sha256(received)).as("SHA-256 of what arrived").isEqualTo(sha256(sent));
            Files.delete(sent);
            Files.delete(received);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Running run(Lab lab, Namespace where, String... arguments) {
        return new Running(
                lab,
                "file-" + arguments[0],
                where.command(JavaProgram.command(List.of("-Xmx64m"), FileTransfer.class.getName(), arguments)));
    }

    private static void writeRandom(Path file, int octets) throws IOException {
        byte[] block = new byte[1 << 20];
        Random random = new Random(octets);
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int left = octets; left > 0; left -= block.length) {
                random.nextBytes(block);
                out.write(block, 0, Math.min(left, block.length));
            }
        }
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] block = new byte[1 << 16];
            for (int n = in.read(block); n >= 0; n = in.read(block)) {
                digest.update(block, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** {@code receive FILE} takes one connection; {@code send FILE ADDRESS} makes it. */
    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[1]);
        if (args[0].equals("receive")) {
            try (ServerSocket listener = new ServerSocket(PORT)) {
                System.out.println("listening");
                try (Socket socket = listener.accept();
                        InputStream in = socket.getInputStream()) {
                    Files.copy(in, file);
                }
            }
        } else {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(args[2], PORT), 10_000);
                Files.copy(file, socket.getOutputStream());
            }
        }
    }

    private FileTransfer() {}
}
