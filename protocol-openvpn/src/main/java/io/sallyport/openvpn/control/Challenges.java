package io.sallyport.openvpn.control;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.RandomOctets;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Questions that users are answering: a client ends its connection when it is asked something (a second factor), and brings the answer on a new one, with a random name for the
 * authenticator's state. Bounded in number and in time; each state is given out once, and only to the user that was asked. From any thread.
 */
public final class Challenges {
    /** What a user may take to answer. */
    public static final long TIME_NANOS = 180_000_000_000L;

    /** When so many are open the oldest is forgotten. */
    static final int MOST = 4096;

    private static final int HANDLE_OCTETS = 16;

    private record Asked(String user, Octets state, long until) {}

    private final RandomOctets random;
    private final Map<String, Asked> asked = new LinkedHashMap<>();

    public Challenges(RandomOctets random) {
        this.random = random;
    }

    /** The name that the answer must bring. */
    synchronized String ask(String user, Octets state, long now) {
        expire(now);
        byte[] octets = new byte[HANDLE_OCTETS];
        random.fill(octets);
        String handle = Octets.of(octets).toHex();
        asked.put(handle, new Asked(user, state, Deadline.after(now, TIME_NANOS)));
        return handle;
    }

    /** The state, or null when this user was not asked by that name, or too long ago. */
    synchronized @Nullable Octets answer(String user, String handle, long now) {
        expire(now);
        Asked found = asked.get(handle);
        if (found == null || !found.user.equals(user)) {
            return null;
        }
        asked.remove(handle);
        return found.state;
    }

    synchronized int open() {
        return asked.size();
    }

    private void expire(long now) {
        // In the order of asking, so the first is the oldest.
        Iterator<Asked> oldest = asked.values().iterator();
        while (oldest.hasNext()) {
            if (!Deadline.passed(oldest.next().until, now) && asked.size() < MOST) {
                return;
            }
            oldest.remove();
        }
    }
}
