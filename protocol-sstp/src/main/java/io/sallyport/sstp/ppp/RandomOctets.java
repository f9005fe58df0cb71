package io.sallyport.sstp.ppp;

/** Where random octets come from: a {@code SecureRandom} in earnest, a seed in tests. */
@FunctionalInterface
public interface RandomOctets {
    void fill(byte[] octets);
}
