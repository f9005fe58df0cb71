package io.sallyport.daemon.profile;

import io.sallyport.daemon.config.GatewayConfig.AuthDigest;
import io.sallyport.daemon.config.GatewayConfig.AuthDirection;
import io.sallyport.daemon.config.GatewayConfig.ControlProtection;
import io.sallyport.daemon.pki.PemException;
import io.sallyport.daemon.pki.TlsCryptKey;
import io.sallyport.daemon.pki.TlsCryptV2Key;
import io.sallyport.openvpn.wire.ServerKeyV2;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The key around the control channel as a client has it: inline, with the options that go with it.
 *
 * @param file the key file's text, a secret
 */
public record ControlKey(String tag, String file, List<String> options) {
    /**
     * What a new client of a gateway with this protection gets, null for none; with tls-crypt-v2 a key of its own, a
     * new one each time. Messages name the file.
     */
    public static @Nullable ControlKey forClient(ControlProtection control) throws PemException {
        return switch (control) {
            case ControlProtection.None() -> null;
            case ControlProtection.TlsCrypt(Path key) -> new ControlKey("tls-crypt", shared(key), List.of());
            case ControlProtection.TlsAuth(Path key, AuthDigest digest, AuthDirection direction) ->
                new ControlKey("tls-auth", shared(key), options(digest, direction.opposite()));
            case ControlProtection.TlsCryptV2(Path key, Duration _, ControlProtection _) -> own(key);
        };
    }

    private static List<String> options(AuthDigest digest, AuthDirection direction) {
        List<String> options = new ArrayList<>();
        if (digest != AuthDigest.SHA1) {
            options.add("auth " + digest);
        }
        if (direction != AuthDirection.NONE) {
            options.add("key-direction " + direction);
        }
        return options;
    }

    private static String shared(Path key) throws PemException {
        try {
            Arrays.fill(TlsCryptKey.read(key), (byte) 0);
            return Files.readString(key);
        } catch (PemException e) {
            throw new PemException(key + " " + e.getMessage());
        } catch (IOException e) {
            throw new PemException(key + " cannot be read; check its permissions");
        }
    }

    private static ControlKey own(Path key) throws PemException {
        try (ServerKeyV2 server = TlsCryptV2Key.read(key)) {
            return new ControlKey(
                    "tls-crypt-v2", TlsCryptV2Key.issue(server, new SecureRandom(), Instant.now()), List.of());
        } catch (PemException e) {
            throw new PemException(key + " " + e.getMessage());
        }
    }

    @Override
    public String toString() {
        return "ControlKey[" + tag + "]";
    }
}
