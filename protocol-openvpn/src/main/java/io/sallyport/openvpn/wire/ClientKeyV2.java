package io.sallyport.openvpn.wire;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import java.util.Arrays;

/**
 * One client's own key, and the same wrapped for the server, which the client brings with its first packet.
 *
 * @param wrapped {@value WrappedKey#MIN_OCTETS} to {@value WrappedKey#MAX_OCTETS} octets that mean nothing to the
 * client
 * @param resends whether the client says that it will bring the wrapped key again when asked; those before 2.6 do not
 */
public record ClientKeyV2(StaticKey key, Octets wrapped, boolean resends) implements WrapKey {
    private static final String NAME = "OpenVPN tls-crypt-v2 client key";

    public ClientKeyV2 {
        if (wrapped.length() < WrappedKey.MIN_OCTETS || wrapped.length() > WrappedKey.MAX_OCTETS) {
            throw new IllegalArgumentException("a wrapped client key of " + wrapped.length() + " octets");
        }
    }

    /** Reads a key file. */
    public static ClientKeyV2 parse(String text) throws WireException {
        byte[] octets = PemKey.parse(text, NAME);
        int wrapped = octets.length - StaticKey.OCTETS;
        PemKey.need(wrapped >= WrappedKey.MIN_OCTETS && wrapped <= WrappedKey.MAX_OCTETS, octets, NAME);
        Octets rest = Octets.of(Arrays.copyOfRange(octets, StaticKey.OCTETS, octets.length));
        StaticKey key = new StaticKey(Secret.taking(Arrays.copyOf(octets, StaticKey.OCTETS)));
        Arrays.fill(octets, (byte) 0);
        return new ClientKeyV2(key, rest, true);
    }

    /** A key file. */
    public String toText() {
        byte[] octets = Arrays.copyOf(key.octets().expose(), StaticKey.OCTETS + wrapped.length());
        System.arraycopy(wrapped.toByteArray(), 0, octets, StaticKey.OCTETS, wrapped.length());
        String text = PemKey.text(NAME, octets);
        Arrays.fill(octets, (byte) 0);
        return text;
    }

    /** As a client before 2.6 has it. */
    public ClientKeyV2 withoutResending() {
        return new ClientKeyV2(key.copy(), wrapped, false);
    }

    @Override
    public void close() {
        key.close();
    }
}
