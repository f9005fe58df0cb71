package io.sallyport.openvpn.wire;

import io.sallyport.core.octets.Secret;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The server's session ids for clients of which it remembers nothing yet: HMAC-SHA256 over the client's session id, address and port and the time slot,
 * truncated to 58 bits behind the number of the worker that answered (6 bits, in clear). An id is good in its own slot and the
 * {@value #PAST_SLOTS} after it. One object serves one thread.
 */
public final class SessionIdCookies {
    public static final int KEY_OCTETS = 32;
    public static final long SLOT_SECONDS = 30;

    static final int PAST_SLOTS = 2;
    static final int WORKER_SHIFT = 58;

    private final Mac mac;
    private final ByteBuffer input = ByteBuffer.allocate(64);

    /** @param key {@value #KEY_OCTETS} random octets, of this process; copied */
    public SessionIdCookies(Secret key) {
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.expose(), "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @param worker 0..63 */
    public OvpnSessionId create(int worker, OvpnSessionId client, InetSocketAddress from, long nowSeconds) {
        return of(worker, client, from, Math.floorDiv(nowSeconds, SLOT_SECONDS));
    }

    /** Whether {@link #create} gave this id to this client at this address, lately. */
    public boolean isValid(OvpnSessionId server, OvpnSessionId client, InetSocketAddress from, long nowSeconds) {
        long slot = Math.floorDiv(nowSeconds, SLOT_SECONDS);
        boolean valid = false;
        for (int past = 0; past <= PAST_SLOTS; past++) {
            valid |= same(of(worker(server), client, from, slot - past), server);
        }
        return valid;
    }

    /** Whose connection an id of ours names: 0..63. */
    public static int worker(OvpnSessionId server) {
        return (int) (server.value() >>> WORKER_SHIFT);
    }

    /** An id for a connection that needs no cookie (TCP): any 64 random bits, with the worker's number put in. */
    public static OvpnSessionId ofRandom(int worker, long random) {
        long low = random & (1L << WORKER_SHIFT) - 1;
        return new OvpnSessionId((long) worker << WORKER_SHIFT | (low == 0 ? 1 : low));
    }

    private OvpnSessionId of(int worker, OvpnSessionId client, InetSocketAddress from, long slot) {
        input.clear();
        input.putLong(slot).put((byte) worker).putLong(client.value());
        input.put(from.getAddress().getAddress()).putShort((short) from.getPort());
        mac.update(input.array(), 0, input.position());
        return ofRandom(worker, ByteBuffer.wrap(mac.doFinal()).getLong());
    }

    private static boolean same(OvpnSessionId a, OvpnSessionId b) {
        return MessageDigest.isEqual(octets(a), octets(b));
    }

    private static byte[] octets(OvpnSessionId id) {
        return ByteBuffer.allocate(Long.BYTES).putLong(id.value()).array();
    }
}
