package io.sallyport.openvpn.wire;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.octets.Secret;
import io.sallyport.openvpn.wire.WireException.Fault;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What both ends say first inside TLS: random octets for the data channel's keys, their options, and the client who it is.
 *
 * <pre>
 * 4 zero | 1 key method (2) | 48 pre-master (client only) | 32 random | 32 random | options | user | password | peer info
 * </pre>
 *
 * The four texts are a u16 length, which counts the NUL at their end, and the octets; a length of 0 is a text that is not there. A message is what one TLS
 * record carries, or several when it is longer than one may be; the texts after the options may be missing altogether.
 */
public sealed interface KeyMethod2 extends AutoCloseable {
    /** The largest whole message. */
    int MAX_OCTETS = 64 * 1024;

    int MAX_OPTIONS_OCTETS = 1024;
    int MAX_USER_OCTETS = 1024;
    /** Tokens of a single sign-on come as passwords. */
    int MAX_PASSWORD_OCTETS = 44 * 1024;

    int MAX_PEER_INFO_OCTETS = 16 * 1024;
    /** Four zeros and the key method. */
    int START_OCTETS = 5;

    int PRE_MASTER_OCTETS = 48;
    int RANDOM_OCTETS = 32;

    Secret random1();

    Secret random2();

    String options();

    /** Wipes what is secret in it. */
    @Override
    void close();

    /**
     * @param preMaster {@value #PRE_MASTER_OCTETS} octets
     * @param options see {@link OccOptions}
     * @param user empty when the client has none
     * @param password UTF-8, without the NUL; empty when the client has none
     */
    record Client(
            Secret preMaster,
            Secret random1,
            Secret random2,
            String options,
            String user,
            Secret password,
            PeerInfo peerInfo)
            implements KeyMethod2 {
        @Override
        public void close() {
            preMaster.close();
            random1.close();
            random2.close();
            password.close();
        }
    }

    record Server(Secret random1, Secret random2, String options) implements KeyMethod2 {
        @Override
        public void close() {
            random1.close();
            random2.close();
        }
    }

    /**
     * Whether what has come of a client's message is all of it. What cannot become one counts as whole, so that it is refused rather than waited for.
     *
     * @param maybeMore whether the last record was as full as one can be, so that an end between two texts need not be the message's
     */
    static boolean isWhole(ByteBuf in, boolean maybeMore) {
        int end = in.writerIndex();
        int at = in.readerIndex();
        if (end - at >= START_OCTETS && (in.getInt(at) != 0 || (in.getByte(at + 4) & 0xf) != 2)) {
            return true;
        }
        at += START_OCTETS + PRE_MASTER_OCTETS + 2 * RANDOM_OCTETS;
        boolean first = true;
        for (int limit : List.of(MAX_OPTIONS_OCTETS, MAX_USER_OCTETS, MAX_PASSWORD_OCTETS, MAX_PEER_INFO_OCTETS)) {
            if (end == at && !first) {
                return !maybeMore;
            }
            if (end - at < 2) {
                return false;
            }
            int length = in.getUnsignedShort(at);
            if (length > limit) {
                return true;
            }
            at += 2 + length;
            first = false;
        }
        return at <= end;
    }

    /** Reads a client's message, all that is readable; the caller wipes the buffer. */
    static Client decodeClient(ByteBuf in) throws WireException {
        decodeStart(in, PRE_MASTER_OCTETS + 2 * RANDOM_OCTETS);
        Secret preMaster = secret(in, PRE_MASTER_OCTETS);
        Secret random1 = secret(in, RANDOM_OCTETS);
        Secret random2 = secret(in, RANDOM_OCTETS);
        try {
            String options = string(in, MAX_OPTIONS_OCTETS, "options");
            String user = optionalString(in, MAX_USER_OCTETS, "user name");
            Secret password = in.isReadable() ? text(in, MAX_PASSWORD_OCTETS, "password") : Secret.taking(new byte[0]);
            return client(new Client(preMaster, random1, random2, options, user, password, PeerInfo.NONE), in);
        } catch (WireException e) {
            preMaster.close();
            random1.close();
            random2.close();
            throw e;
        }
    }

    /** Reads a server's message, all that is readable; what follows the options says nothing. */
    static Server decodeServer(ByteBuf in) throws WireException {
        decodeStart(in, 2 * RANDOM_OCTETS);
        Secret random1 = secret(in, RANDOM_OCTETS);
        Secret random2 = secret(in, RANDOM_OCTETS);
        try {
            Server server = new Server(random1, random2, string(in, MAX_OPTIONS_OCTETS, "options"));
            in.skipBytes(in.readableBytes());
            return server;
        } catch (WireException e) {
            random1.close();
            random2.close();
            throw e;
        }
    }

    static void encode(KeyMethod2 message, ByteBuf out) {
        out.writeInt(0).writeByte(2);
        switch (message) {
            case Client client -> {
                out.writeBytes(client.preMaster.expose());
                out.writeBytes(client.random1.expose()).writeBytes(client.random2.expose());
                writeText(client.options.getBytes(StandardCharsets.UTF_8), out);
                writeText(client.user.getBytes(StandardCharsets.UTF_8), out);
                writeText(client.password.expose(), out);
                writeText(client.peerInfo.toText().getBytes(StandardCharsets.UTF_8), out);
            }
            case Server server -> {
                out.writeBytes(server.random1.expose()).writeBytes(server.random2.expose());
                writeText(server.options.getBytes(StandardCharsets.UTF_8), out);
            }
        }
    }

    private static Client client(Client soFar, ByteBuf in) throws WireException {
        try {
            PeerInfo info = PeerInfo.parse(optionalString(in, MAX_PEER_INFO_OCTETS, "peer info"));
            if (in.isReadable()) {
                throw new WireException(Fault.MALFORMED, in.readableBytes() + " octets after key method 2");
            }
            return new Client(
                    soFar.preMaster, soFar.random1, soFar.random2, soFar.options, soFar.user, soFar.password, info);
        } catch (WireException e) {
            soFar.close();
            throw e;
        }
    }

    private static void decodeStart(ByteBuf in, int randomOctets) throws WireException {
        if (in.readableBytes() > MAX_OCTETS) {
            throw new WireException(Fault.TOO_LARGE, "a key method message of " + in.readableBytes() + " octets");
        }
        if (in.readableBytes() < START_OCTETS + randomOctets) {
            throw new WireException(Fault.TRUNCATED, "a key method message of " + in.readableBytes() + " octets");
        }
        if (in.readInt() != 0) {
            throw new WireException(Fault.MALFORMED, "a key method message does not begin with four zeros");
        }
        int method = in.readUnsignedByte() & 0xf;
        if (method != 2) {
            throw new WireException(Fault.UNSUPPORTED, "key method " + method);
        }
    }

    private static Secret secret(ByteBuf in, int octets) {
        byte[] bytes = new byte[octets];
        in.readBytes(bytes);
        return Secret.taking(bytes);
    }

    private static String optionalString(ByteBuf in, int limit, String what) throws WireException {
        return in.isReadable() ? string(in, limit, what) : "";
    }

    private static String string(ByteBuf in, int limit, String what) throws WireException {
        try (Secret octets = text(in, limit, what)) {
            return new String(octets.expose(), StandardCharsets.UTF_8);
        }
    }

    /** The octets of a text without its NUL. */
    private static Secret text(ByteBuf in, int limit, String what) throws WireException {
        if (in.readableBytes() < 2) {
            throw new WireException(Fault.TRUNCATED, "no " + what + " in key method 2");
        }
        int length = in.readUnsignedShort();
        if (length > limit) {
            throw new WireException(Fault.TOO_LARGE, length + " octets of " + what);
        }
        if (length > in.readableBytes()) {
            throw new WireException(Fault.TRUNCATED, "the " + what + " in key method 2 ends early");
        }
        if (length == 0) {
            return Secret.taking(new byte[0]);
        }
        int nul = in.indexOf(in.readerIndex(), in.readerIndex() + length, (byte) 0);
        if (nul != in.readerIndex() + length - 1) {
            throw new WireException(Fault.MALFORMED, "the " + what + " in key method 2 does not end with its only NUL");
        }
        Secret text = secret(in, length - 1);
        in.skipBytes(1);
        return text;
    }

    private static void writeText(byte[] text, ByteBuf out) {
        if (text.length == 0) {
            out.writeShort(0);
            return;
        }
        out.writeShort(text.length + 1).writeBytes(text).writeByte(0);
    }
}
