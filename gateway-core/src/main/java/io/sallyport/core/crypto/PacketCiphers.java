package io.sallyport.core.crypto;

import io.sallyport.core.octets.Secret;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Which library seals the packets of this gateway. */
public final class PacketCiphers {
    /** The fastest that is present. */
    public static final String AUTO = "auto";

    private PacketCiphers() {}

    /**
     * What was chosen, and among what.
     *
     * @param measured nanoseconds to seal 1400 octets with AES-256-GCM, fastest first; one line per library tried
     */
    public record Choice(PacketCipherProvider provider, List<Measurement> measured) {
        public Choice {
            measured = List.copyOf(measured);
        }

        /** For the start-up log: {@code openssl (AES-256-GCM, 1400 octets: openssl 473 ns, javax.crypto 510 ns)}. */
        public String description() {
            return measured.stream()
                    .map(each -> each.name() + " " + each.nanosPerPacket() + " ns")
                    .collect(Collectors.joining(", ", provider.name() + " (AES-256-GCM, 1400 octets: ", ")"));
        }
    }

    public record Measurement(String name, long nanosPerPacket) {}

    /**
     * Takes less than 300 ms; call it once, at start-up.
     *
     * @param setting {@code auto}, {@code javax.crypto} or {@code openssl}
     * @throws CipherUnavailableException if the setting names no library, or one that this host does not have
     */
    public static Choice choose(String setting) throws CipherUnavailableException {
        List<PacketCipherProvider> candidates = switch (setting) {
            case AUTO -> present();
            case JavaxPacketCiphers.NAME -> List.of(new JavaxPacketCiphers());
            case OpenSslPacketCiphers.NAME -> List.of(OpenSslPacketCiphers.load());
            default ->
                throw new CipherUnavailableException(
                        "packet cipher \"" + setting + "\" is not known: use auto, javax.crypto or openssl");
        };
        record Candidate(PacketCipherProvider provider, Measurement measurement) {}
        List<Candidate> ranked = candidates.stream()
                .map(each -> new Candidate(each, Calibration.measure(each)))
                .sorted(Comparator.comparingLong(each -> each.measurement().nanosPerPacket()))
                .toList();
        return new Choice(
                ranked.getFirst().provider(),
                ranked.stream().map(Candidate::measurement).toList());
    }

    /** All libraries that this host has; javax.crypto always. */
    public static List<PacketCipherProvider> present() {
        List<PacketCipherProvider> found = new ArrayList<>();
        found.add(new JavaxPacketCiphers());
        try {
            found.add(OpenSslPacketCiphers.load());
        } catch (CipherUnavailableException _) {
            // Not an error: the Java platform's ciphers are always there.
        }
        return found;
    }

    static byte[] checked(Aead aead, Secret key) {
        if (key.length() != aead.keyOctets()) {
            throw new IllegalArgumentException(
                    aead + " needs a key of " + aead.keyOctets() + " octets, not " + key.length());
        }
        return key.expose();
    }
}
