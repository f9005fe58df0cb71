package io.sallyport.openvpn.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The message ids (unsigned 32 bit) that a control packet acknowledges, and the session id of the end that sent those.
 *
 * @param remote there exactly when {@code messageIds} is not empty
 */
public record Acks(List<Long> messageIds, @Nullable OvpnSessionId remote) {
    /** The most in any packet that is accepted, and in an ACK that is sent. */
    public static final int MAX = 8;
    /** The most that is sent with a message: older peers drop packets with more. */
    public static final int MAX_WITH_MESSAGE = 4;

    public static final Acks NONE = new Acks(List.of(), null);

    public Acks {
        messageIds = List.copyOf(messageIds);
        if (messageIds.size() > MAX) {
            throw new IllegalArgumentException(messageIds.size() + " acknowledgements in one packet");
        }
        if (messageIds.isEmpty() != (remote == null)) {
            throw new IllegalArgumentException("acknowledgements and the session id that they belong to go together");
        }
    }

    public static Acks of(OvpnSessionId remote, List<Long> messageIds) {
        return messageIds.isEmpty() ? NONE : new Acks(messageIds, remote);
    }

    public boolean isEmpty() {
        return messageIds.isEmpty();
    }

    /** False when they acknowledge what another connection sent. */
    public boolean fit(OvpnSessionId receiver) {
        return remote == null || remote.equals(receiver);
    }
}
