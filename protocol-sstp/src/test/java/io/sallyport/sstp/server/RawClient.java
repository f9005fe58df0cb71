package io.sallyport.sstp.server;

import io.sallyport.core.octets.Octets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** TLS, or none, and inside of it whatever a test writes. */
final class RawClient implements AutoCloseable {
    static final String HEAD = String.join(
            "\r\n",
            "SSTP_DUPLEX_POST /sra_{BA195980-CD49-458b-9E23-C84EE0ADCD75}/ HTTP/1.1",
            "Content-Length: 18446744073709551615",
            "Host: vpn.example.test",
            "",
            "");
    static final String REQUEST = "1001000e" + "00010001" + "00010006" + "0001";

    final Socket socket;

    RawClient(SstpSite site) throws Exception {
        KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
        roots.load(null, null);
        roots.setCertificateEntry("root", SstpSite.PKI.root());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(roots);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        SSLSocket tls =
                (SSLSocket) context.getSocketFactory().createSocket(site.address.getAddress(), site.address.getPort());
        socket = tls;
        prepare();
        tls.startHandshake();
    }

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        prepare();
    }

    /** As what a terminator before the gateway passes on. */
    static RawClient withoutTls(SstpSite site) throws IOException {
        return new RawClient(new Socket(site.address.getAddress(), site.address.getPort()));
    }

    private void prepare() throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(30_000);
    }

    RawClient text(String text) throws IOException {
        write(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    RawClient octets(String hex) throws IOException {
        write(Octets.fromHex(hex).toByteArray());
        return this;
    }

    private void write(byte[] octets) throws IOException {
        socket.getOutputStream().write(octets);
        socket.getOutputStream().flush();
    }

    /** One octet in a record of its own; false when the connection is over. */
    boolean writeOne(byte octet) {
        try {
            write(new byte[] {octet});
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** So many octets, in hex. */
    String read(int count) throws IOException {
        byte[] octets = socket.getInputStream().readNBytes(count);
        return Octets.of(octets).toHex();
    }

    /** The HTTP answer's head. */
    String readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int octet = socket.getInputStream().read();
            if (octet < 0) {
                throw new IOException("ended after " + head);
            }
            head.append((char) octet);
        }
        return head.toString();
    }

    /** Everything until the server closes; fails when it does not. */
    String readToEnd() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        byte[] piece = new byte[4096];
        try {
            for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
                all.write(piece, 0, length);
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("still open", e);
        } catch (SocketException | SSLException e) {
            // A reset ends it too.
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
