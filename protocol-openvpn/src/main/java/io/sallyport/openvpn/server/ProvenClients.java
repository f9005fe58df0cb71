package io.sallyport.openvpn.server;

import io.sallyport.openvpn.wire.OvpnSessionId;
import org.jspecify.annotations.Nullable;

/**
 * Clients that acknowledged our answer in a packet of its own and have sent nothing else. Those before 2.6 do not repeat the acknowledgement, so their first octets of TLS come without the
 * cookie. Sixteen octets each in a table of fixed size, where the last comer has the place; the cookie is checked again when it is used. Belongs to one worker.
 */
final class ProvenClients {
    static final int SLOTS = 8192;

    private final long[] theirs = new long[SLOTS];
    private final long[] ours = new long[SLOTS];
    private final long seed;

    /** @param seed random, so that nobody can choose whose place to take */
    ProvenClients(long seed) {
        this.seed = seed;
    }

    void remember(OvpnSessionId client, OvpnSessionId cookie) {
        int slot = slot(client);
        theirs[slot] = client.value();
        ours[slot] = cookie.value();
    }

    /** The cookie that this client brought; null when it brought none, or too many others came since. */
    @Nullable
    OvpnSessionId find(OvpnSessionId client) {
        int slot = slot(client);
        return ours[slot] != 0 && theirs[slot] == client.value() ? new OvpnSessionId(ours[slot]) : null;
    }

    private int slot(OvpnSessionId client) {
        long mixed = (client.value() ^ seed) * 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ (mixed >>> 32)) * 0xd6e8feb86659fd93L;
        return (int) (mixed >>> 40) & (SLOTS - 1);
    }
}
