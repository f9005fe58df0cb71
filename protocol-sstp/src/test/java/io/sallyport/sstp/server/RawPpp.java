package io.sallyport.sstp.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.sstp.wire.ControlMessage.CallConnected;
import io.sallyport.sstp.wire.ControlMessages;
import io.sallyport.sstp.wire.CryptoBinding;
import io.sallyport.sstp.wire.HashProtocol;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/** A client by hand, as far as a test wants it: the HTTP head, the call, LCP for PAP, alice's password, the binding. It answers nothing by itself. */
final class RawPpp implements AutoCloseable {
    final RawClient raw;
    private final Octets nonce;

    RawPpp(SstpSite site) throws Exception {
        this(new RawClient(site));
    }

    RawPpp(RawClient raw) throws IOException {
        this.raw = raw;
        raw.text(RawClient.HEAD).readHead();
        nonce = Octets.fromHex(raw.octets(RawClient.REQUEST).read(48)).slice(16, 48);
    }

    /** A frame with address and control field: protocol and information. */
    RawPpp send(String protocol, String information) throws IOException {
        String payload = "ff03" + protocol + information;
        raw.octets(String.format("1000%04x", payload.length() / 2 + 4) + payload);
        return this;
    }

    /** The next packet with its header; a frame of PPP's control protocols always has address and control field. */
    String next() throws IOException {
        String header = raw.read(4);
        if (header.length() < 8) {
            throw new IOException("the server has ended it");
        }
        return header + raw.read((Integer.parseInt(header.substring(4), 16) & 0xfff) - 4);
    }

    /** The information of the first frame of this protocol that begins so, and what came before it is gone. */
    String await(String protocol, String code) throws IOException {
        String begin = "ff03" + protocol + code;
        return awaitPacket(each -> each.startsWith("1000") && each.startsWith(begin, 8))
                .substring(16);
    }

    String awaitPacket(Predicate<String> wanted) throws IOException {
        String packet = next();
        while (!wanted.test(packet)) {
            packet = next();
        }
        return packet;
    }

    /** LCP is open, and PAP agreed on. */
    RawPpp open() throws IOException {
        String first = await("c021", "01");
        // Nak: PAP instead of what is offered
        send("c021", "03" + first.substring(2, 4) + "0008" + "0304c023");
        String second = await("c021", "01");
        send("c021", "02" + second.substring(2));
        send("c021", "01010004");
        await("c021", "0201");
        return this;
    }

    RawPpp password(String password) throws IOException {
        String user = hex("alice");
        String octets = hex(password);
        int length = 4 + 1 + 5 + 1 + password.length();
        return send("c023", String.format("0101%04x05%s%02x%s", length, user, password.length(), octets));
    }

    /** The right binding of PAP, whose key is zeros. */
    RawPpp bind() throws Exception {
        return bind(SstpSite.shown().sha256().getFirst());
    }

    /** To TLS that shows this certificate. */
    RawPpp bind(Octets certificateHash) throws Exception {
        try (Secret zeros = CryptoBinding.hlak(null)) {
            return bind(CryptoBinding.sign(zeros, HashProtocol.SHA256, nonce, certificateHash));
        }
    }

    /** With a nonce of nobody's. */
    RawPpp bindFalsely() throws Exception {
        try (Secret zeros = CryptoBinding.hlak(null)) {
            return bind(CryptoBinding.sign(
                    zeros,
                    HashProtocol.SHA256,
                    Octets.of(new byte[32]),
                    SstpSite.shown().sha256().getFirst()));
        }
    }

    private RawPpp bind(CallConnected message) throws IOException {
        ByteBuf packet = Unpooled.buffer();
        ControlMessages.encode(message, packet);
        raw.octets(Octets.read(packet).toHex());
        return this;
    }

    /** Alice's session is up: all of it, with the right password. */
    RawPpp up() throws Exception {
        open().password("right").await("c023", "02");
        return bind().networkAgreed();
    }

    /** IPCP of both ends. */
    RawPpp networkAgreed() throws IOException {
        return acknowledgeNetwork(await("8021", "01")).network();
    }

    /** IPCP, as far as it takes to be up. */
    RawPpp network() throws IOException {
        send("8021", "0101000a" + "030600000000");
        String nak = await("8021", "0301");
        send("8021", "0102000a" + nak.substring(8));
        await("8021", "0202");
        return this;
    }

    RawPpp acknowledgeNetwork(String request) throws IOException {
        return send("8021", "02" + request.substring(2));
    }

    private static String hex(String text) {
        return Octets.of(text.getBytes(StandardCharsets.US_ASCII)).toHex();
    }

    @Override
    public void close() throws IOException {
        raw.close();
    }
}
