package io.sallyport.openvpn.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The options string of key method 2, {@code V4,dev-type tun,link-mtu 1549,...}, by which ends compare their configurations. It binds nobody: it is
 * read for what explains a refusal.
 *
 * @param words the parts between commas
 */
public record OccOptions(List<String> words) {
    private static final int MAX_WORDS = 64;

    public OccOptions {
        words = List.copyOf(words);
    }

    public static OccOptions parse(String text) {
        List<String> words = new ArrayList<>();
        for (String word : text.split(",", MAX_WORDS + 1)) {
            if (words.size() < MAX_WORDS && Ascii.isPrintable(word)) {
                words.add(word);
            }
        }
        return new OccOptions(words);
    }

    /**
     * What a 2.6 end with these settings sends.
     *
     * @param transport {@code UDPv4} or {@code TCPv4_SERVER}, {@code TCPv4_CLIENT}
     */
    public static OccOptions of(String transport, DataCipher cipher, int tunMtu, boolean server) {
        int keyBits = cipher == DataCipher.AES_128_GCM ? 128 : 256;
        return new OccOptions(List.of(
                "V4",
                "dev-type tun",
                "link-mtu " + (tunMtu + 49),
                "tun-mtu " + tunMtu,
                "proto " + transport,
                "cipher " + cipher.wireName(),
                "auth [null-digest]",
                "keysize " + keyBits,
                "key-method 2",
                server ? "tls-server" : "tls-client"));
    }

    public String toText() {
        return String.join(",", words);
    }

    /** What follows this option's name, or empty. */
    public String value(String option) {
        String prefix = option + " ";
        for (String word : words) {
            if (word.startsWith(prefix)) {
                return word.substring(prefix.length());
            }
        }
        return "";
    }

    /** Whether the peer is set to compress, or to frame packets as if it did. */
    public boolean compresses() {
        return words.stream()
                .map(word -> word.toLowerCase(Locale.ROOT))
                .anyMatch(word -> word.startsWith("comp-lzo") || word.startsWith("compress"));
    }

    /** Whether the peer is set to a layer-2 tunnel. */
    public boolean isTap() {
        return value("dev-type").equals("tap");
    }
}
