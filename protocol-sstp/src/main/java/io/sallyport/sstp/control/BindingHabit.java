package io.sallyport.sstp.control;

import io.sallyport.sstp.wire.ControlMessage.CallConnected;
import java.util.function.UnaryOperator;

/**
 * How a client sends Call Connected: as it should, or as an attacker would, for tests.
 *
 * @param forge what becomes of the right message
 */
public record BindingHabit(When when, UnaryOperator<CallConnected> forge) {
    /** The moments to send it. */
    public enum When {
        /** When the authentication is over. */
        AUTHENTICATED,
        /** At once after the acknowledgment, with the key that a method without keys leaves. */
        ACKNOWLEDGED,
        TWICE,
        NEVER
    }

    public static final BindingHabit HONEST = at(When.AUTHENTICATED);

    public static BindingHabit at(When when) {
        return new BindingHabit(when, UnaryOperator.identity());
    }

    public static BindingHabit forging(UnaryOperator<CallConnected> forge) {
        return new BindingHabit(When.AUTHENTICATED, forge);
    }
}
