package io.sallyport.daemon.pki;

import io.sallyport.core.octets.Secret;
import io.sallyport.openvpn.wire.ClientKeyV2;
import io.sallyport.openvpn.wire.KeyMetadata;
import io.sallyport.openvpn.wire.ServerKeyV2;
import io.sallyport.openvpn.wire.StaticKey;
import io.sallyport.openvpn.wire.WireException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.stream.Collectors;

/** The gateway's tls-crypt-v2 key file, and the clients' keys that are made with it. */
public final class TlsCryptV2Key {
    private TlsCryptV2Key() {}

    /** A new server key as the text of its file. */
    public static String generate(SecureRandom random) {
        try (ServerKeyV2 key = new ServerKeyV2(secret(random, ServerKeyV2.OCTETS))) {
            return key.toText();
        }
    }

    /** The caller closes it. */
    public static ServerKeyV2 read(Path file) throws PemException {
        try (BufferedReader reader = new BufferedReader(Pem.open(file))) {
            return ServerKeyV2.parse(reader.lines().collect(Collectors.joining("\n")));
        } catch (IOException | UncheckedIOException e) {
            throw new PemException("cannot be read (" + e.getMessage() + ")");
        } catch (WireException e) {
            throw new PemException(
                    "is not an OpenVPN tls-crypt-v2 server key; make one with: openvpn --genkey tls-crypt-v2-server FILE");
        }
    }

    /** A new key of one client as the text of its file. The gateway keeps nothing of it: the client brings it. */
    public static String issue(ServerKeyV2 server, SecureRandom random, Instant now) {
        KeyMetadata made = new KeyMetadata.Timestamp(now.getEpochSecond());
        try (StaticKey own = new StaticKey(secret(random, StaticKey.OCTETS));
                ClientKeyV2 key = server.wrap(own, made)) {
            return key.toText();
        }
    }

    private static Secret secret(SecureRandom random, int length) {
        byte[] octets = new byte[length];
        random.nextBytes(octets);
        return Secret.taking(octets);
    }
}
