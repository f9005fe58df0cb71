package io.sallyport.openvpn.control;

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
 * What a client brings and says of itself. The password belongs to the caller, who wipes it when the connection is over.
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
            | PeerInfo.PROTO_AUTH_FAIL_TEMP;

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

    KeyMethod2.Client keyMethod(RandomOctets random) {
        Secret pass = password == null ? Secret.taking(new byte[0]) : Secret.copyOf(password.expose());
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
        values.put("IV_VER", "2.6.0");
        values.put("IV_PLAT", "linux");
        values.put("IV_MTU", "1600");
        values.put("IV_PROTO", Integer.toString(protocols));
        values.put("IV_CIPHERS", ciphers.stream().map(DataCipher::wireName).collect(Collectors.joining(":")));
        values.put("IV_GUI_VER", "sallyport");
        return new PeerInfo(values);
    }

    private static Secret secret(RandomOctets random, int length) {
        byte[] octets = new byte[length];
        random.fill(octets);
        return Secret.taking(octets);
    }
}
