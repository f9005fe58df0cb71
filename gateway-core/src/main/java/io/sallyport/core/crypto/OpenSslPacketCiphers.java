package io.sallyport.core.crypto;

import io.sallyport.core.octets.Secret;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;

/** Packet ciphers of the host's OpenSSL 3, in place on direct memory, without an object per packet. */
public final class OpenSslPacketCiphers implements PacketCipherProvider {
    public static final String NAME = "openssl";

    private OpenSslPacketCiphers() {}

    /** @throws CipherUnavailableException if libcrypto is not on this host, may not be loaded, or lacks one of the algorithms */
    public static OpenSslPacketCiphers load() throws CipherUnavailableException {
        return load(Libcrypto.LIBRARY);
    }

    @SuppressWarnings("restricted") // looking for a native library is what this method does
    static OpenSslPacketCiphers load(String library) throws CipherUnavailableException {
        try (Arena probe = Arena.ofConfined()) {
            SymbolLookup.libraryLookup(library, probe);
        } catch (IllegalArgumentException | IllegalCallerException _) {
            throw new CipherUnavailableException("packet cipher openssl needs " + library
                    + ", which this host does not have: install the OpenSSL 3 library or choose javax.crypto");
        }
        OpenSslPacketCiphers ciphers = new OpenSslPacketCiphers();
        try {
            Libcrypto.init();
            for (Aead aead : Aead.values()) {
                ciphers.sealing(aead, Secret.taking(new byte[aead.keyOctets()])).close();
            }
        } catch (LinkageError | IllegalStateException e) {
            throw new CipherUnavailableException("packet cipher openssl cannot be used with this host's " + library
                    + " (" + e.getMessage() + "): choose javax.crypto");
        }
        return ciphers;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public PacketCipher sealing(Aead aead, Secret key) {
        return new OpenSslPacketCipher(aead, PacketCiphers.checked(aead, key), OpenSslPacketCipher.SEAL);
    }

    @Override
    public PacketCipher opening(Aead aead, Secret key) {
        return new OpenSslPacketCipher(aead, PacketCiphers.checked(aead, key), OpenSslPacketCipher.OPEN);
    }
}
