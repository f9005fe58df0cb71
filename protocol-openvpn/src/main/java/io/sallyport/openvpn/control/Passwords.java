package io.sallyport.openvpn.control;

import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.openvpn.wire.KeyMethod2;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What stands in the password field: a password, or one of two forms by which clients bring more.
 *
 * <ul>
 *   <li>{@code CRV1::handle::response} answers a question that was asked on the connection before.
 *   <li>{@code SCRV1:password:response}, both base64, answers a question of the client's own configuration. It becomes the password with the response right behind it, which is
 *       what servers behind RADIUS expect and what newer clients send by themselves ({@code static-challenge ... concat}).
 * </ul>
 */
final class Passwords {
    private static final byte[] DYNAMIC = "CRV1::".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] STATIC = "SCRV1:".getBytes(StandardCharsets.US_ASCII);

    private Passwords() {}

    static AuthRequest.Password request(
            KeyMethod2.Client message, ClientContext context, Challenges challenges, long now) throws Refusal {
        byte[] octets = message.password().expose();
        if (startsWith(octets, DYNAMIC)) {
            return dynamic(message, context, challenges, now);
        }
        Secret password = startsWith(octets, STATIC) ? concatenated(octets) : null;
        return new AuthRequest.Password(
                context,
                message.user(),
                password == null ? message.password().slice(0, octets.length) : password,
                null);
    }

    private static AuthRequest.Password dynamic(
            KeyMethod2.Client message, ClientContext context, Challenges challenges, long now) throws Refusal {
        byte[] octets = message.password().expose();
        int end = DYNAMIC.length;
        while (end < octets.length && octets[end] != ':') {
            end++;
        }
        if (end + 1 >= octets.length || octets[end + 1] != ':') {
            throw Refusal.of(RejectReason.BAD_CREDENTIALS, "the answer to a challenge has no response in it");
        }
        String handle = new String(octets, DYNAMIC.length, end - DYNAMIC.length, StandardCharsets.ISO_8859_1);
        Octets state = challenges.answer(message.user(), handle, now);
        if (state == null) {
            throw new Refusal(
                    "the question is no longer open, log in again",
                    "an answer to a challenge that this user was not asked, or too long ago",
                    false);
        }
        return new AuthRequest.Password(
                context, message.user(), message.password().slice(end + 2, octets.length), state);
    }

    /** Null when it is not that form after all: then it is a password like any other. */
    private static @Nullable Secret concatenated(byte[] octets) {
        int colon = STATIC.length;
        while (colon < octets.length && octets[colon] != ':') {
            colon++;
        }
        if (colon == octets.length) {
            return null;
        }
        byte[] first = Arrays.copyOfRange(octets, STATIC.length, colon);
        byte[] second = Arrays.copyOfRange(octets, colon + 1, octets.length);
        try (Secret password = Secret.taking(Base64.getDecoder().decode(first));
                Secret response = Secret.taking(Base64.getDecoder().decode(second))) {
            byte[] both = Arrays.copyOf(password.expose(), password.length() + response.length());
            System.arraycopy(response.expose(), 0, both, password.length(), response.length());
            return Secret.taking(both);
        } catch (IllegalArgumentException e) {
            return null;
        } finally {
            Arrays.fill(first, (byte) 0);
            Arrays.fill(second, (byte) 0);
        }
    }

    private static boolean startsWith(byte[] octets, byte[] prefix) {
        return octets.length >= prefix.length && Arrays.equals(octets, 0, prefix.length, prefix, 0, prefix.length);
    }
}
