package io.sallyport.core.crypto;

import io.sallyport.core.octets.Secret;
import javax.crypto.Cipher;

/**
 * Packet ciphers of the Java platform, present everywhere. {@code Cipher.init} allocates a few short-lived objects for each
 * packet inside the JDK (parameters, a copy of the key that it wipes); a tag that does not verify costs an exception there.
 */
public final class JavaxPacketCiphers implements PacketCipherProvider {
    public static final String NAME = "javax.crypto";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public PacketCipher sealing(Aead aead, Secret key) {
        return new JavaxPacketCipher(aead, PacketCiphers.checked(aead, key), Cipher.ENCRYPT_MODE);
    }

    @Override
    public PacketCipher opening(Aead aead, Secret key) {
        return new JavaxPacketCipher(aead, PacketCiphers.checked(aead, key), Cipher.DECRYPT_MODE);
    }
}
