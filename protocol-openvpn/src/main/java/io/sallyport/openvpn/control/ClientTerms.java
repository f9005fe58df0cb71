package io.sallyport.openvpn.control;

import io.sallyport.core.octets.RandomOctets;
import io.sallyport.core.octets.Secret;
import io.sallyport.openvpn.wire.DataCipher;
import io.sallyport.openvpn.wire.KeyMethod2;
import io.sallyport.openvpn.wire.OccOptions;
import io.sallyport.openvpn.wire.PeerInfo;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a client brings and says of itself. The password belongs to the caller, who wipes it when the connection is over. What else it says besides {@code protocols} is what a client
 * with these says: {@link #LIKE_2_5} and its neighbours make it one of an earlier version.
 *
 * @param ciphers in the order announced
 * @param user empty for none
 * @param options what it says in the options string of key method 2, null for the usual
 * @param renegotiateAfter zero for never by itself
 */
public record ClientTerms(
        List<DataCipher> ciphers,
        String user,
        @Nullable Secret password,
        int protocols,
        @Nullable String options,
        Duration renegotiateAfter,
        Duration handshakeWithin,
        boolean datagrams) {
    public static final int USUAL_PROTOCOLS = PeerInfo.PROTO_DATA_V2
            | PeerInfo.PROTO_REQUEST_PUSH
            | PeerInfo.PROTO_TLS_KEY_EXPORT
            | PeerInfo.PROTO_AUTH_PENDING_KEYWORDS
            | PeerInfo.PROTO_CC_EXIT_NOTIFY
            | PeerInfo.PROTO_AUTH_FAIL_TEMP
            | PeerInfo.PROTO_DYNAMIC_TLS_CRYPT;

    /** Announces its ciphers and needs not ask for its configuration, but cannot export keys from TLS. */
    public static final int LIKE_2_5 = PeerInfo.PROTO_DATA_V2 | PeerInfo.PROTO_REQUEST_PUSH;

    /** Says {@code IV_NCP=2} in place of its ciphers, and asks for its configuration. */
    public static final int LIKE_2_4 = PeerInfo.PROTO_DATA_V2;

    /** Negotiates no cipher, and its packets name no peer. */
    public static final int LIKE_2_3 = 0;

    private static final int MTU = 1500;

    public ClientTerms {
        ciphers = List.copyOf(ciphers);
    }

    /** A client of today. */
    public static ClientTerms standard(String user, @Nullable Secret password, boolean datagrams) {
        return new ClientTerms(
                ServerTerms.ALL_CIPHERS,
                user,
                password,
                USUAL_PROTOCOLS,
                null,
                Duration.ZERO,
                Duration.ofSeconds(60),
                datagrams);
    }

    /** The same client, announcing these bits of {@code IV_PROTO} too. */
    public ClientTerms announcing(int protocolBits) {
        return new ClientTerms(
                ciphers,
                user,
                password,
                protocols | protocolBits,
                options,
                renegotiateAfter,
                handshakeWithin,
                datagrams);
    }

    boolean announces(int protocolBit) {
        return (protocols & protocolBit) != 0;
    }

    /** @param token what the server gave to stand for the password, or null */
    KeyMethod2.Client keyMethod(RandomOctets random, @Nullable Secret token) {
        Secret from = token == null ? password : token;
        Secret pass = from == null ? Secret.taking(new byte[0]) : Secret.copyOf(from.expose());
        return new KeyMethod2.Client(
                secret(random, KeyMethod2.PRE_MASTER_OCTETS),
                secret(random, KeyMethod2.RANDOM_OCTETS),
                secret(random, KeyMethod2.RANDOM_OCTETS),
                occ(),
                user,
                pass,
                peerInfo());
    }

    private String occ() {
        if (options != null) {
            return options;
        }
        DataCipher first = ciphers.isEmpty() ? DataCipher.AES_256_GCM : ciphers.getFirst();
        return OccOptions.of(datagrams ? "UDPv4" : "TCPv4_CLIENT", first, MTU, false)
                .toText();
    }

    private PeerInfo peerInfo() {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("IV_VER", version());
        values.put("IV_PLAT", "linux");
        if (announces(PeerInfo.PROTO_TLS_KEY_EXPORT)) {
            values.put("IV_MTU", "1600");
        }
        if (protocols != LIKE_2_3) {
            values.put("IV_PROTO", Integer.toString(protocols));
            values.put("IV_NCP", "2");
        }
        if (protocols > LIKE_2_4) {
            values.put("IV_CIPHERS", ciphers.stream().map(DataCipher::wireName).collect(Collectors.joining(":")));
        }
        values.put("IV_GUI_VER", "sallyport");
        return new PeerInfo(values);
    }

    private String version() {
        return switch (protocols) {
            case LIKE_2_3 -> "2.3.18";
            case LIKE_2_4 -> "2.4.12";
            case LIKE_2_5 -> "2.5.11";
            default -> announces(PeerInfo.PROTO_PUSH_UPDATE) ? "2.7.0" : "2.6.0";
        };
    }

    private static Secret secret(RandomOctets random, int length) {
        byte[] octets = new byte[length];
        random.fill(octets);
        return Secret.taking(octets);
    }
}
