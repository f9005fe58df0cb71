package io.sallyport.core.crypto;

import io.sallyport.core.octets.Secret;

/** A library that makes packet ciphers. All providers agree octet for octet. */
public interface PacketCipherProvider {
    /** As the configuration and the log name it: {@code javax.crypto}, {@code openssl}. */
    String name();

    /** A cipher that only seals. The key is copied; the caller wipes its own. */
    PacketCipher sealing(Aead aead, Secret key);

    /** A cipher that only opens. The key is copied; the caller wipes its own. */
    PacketCipher opening(Aead aead, Secret key);
}
