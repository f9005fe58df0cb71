package io.sallyport.core.octets;

/** Where random octets come from: a {@code SecureRandom} in earnest, a seed in tests. */
@FunctionalInterface
public interface RandomOctets {
    void fill(byte[] octets);
}
