package io.sallyport.openvpn.server;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.crypto.Aead;
import io.sallyport.core.crypto.JavaxPacketCiphers;
import io.sallyport.core.crypto.PacketCipher;
import io.sallyport.core.crypto.PacketCipherProvider;
import io.sallyport.core.octets.Secret;

/** Ciphers with a bug that can be switched on. */
final class BrokenCiphers implements PacketCipherProvider {
    private final PacketCipherProvider sound = new JavaxPacketCiphers();
    volatile boolean sealingThrows;
    volatile boolean openingThrows;
    volatile boolean makingThrows;

    @Override
    public String name() {
        return "broken";
    }

    @Override
    public PacketCipher sealing(Aead aead, Secret key) {
        if (makingThrows) {
            throw new IllegalStateException("a test's bug in making a cipher");
        }
        return new Broken(sound.sealing(aead, key));
    }

    @Override
    public PacketCipher opening(Aead aead, Secret key) {
        return new Broken(sound.opening(aead, key));
    }

    private final class Broken implements PacketCipher {
        private final PacketCipher cipher;

        Broken(PacketCipher cipher) {
            this.cipher = cipher;
        }

        @Override
        public void seal(
                byte[] nonce,
                ByteBuf from,
                int fromIndex,
                int length,
                ByteBuf to,
                int toIndex,
                int aadIndex,
                int aadLength,
                int tagIndex) {
            if (sealingThrows) {
                throw new IllegalStateException("a test's bug in sealing");
            }
            cipher.seal(nonce, from, fromIndex, length, to, toIndex, aadIndex, aadLength, tagIndex);
        }

        @Override
        public boolean open(
                byte[] nonce,
                ByteBuf from,
                int fromIndex,
                int length,
                int aadIndex,
                int aadLength,
                int tagIndex,
                ByteBuf to,
                int toIndex) {
            if (openingThrows) {
                throw new IllegalStateException("a test's bug in opening");
            }
            return cipher.open(nonce, from, fromIndex, length, aadIndex, aadLength, tagIndex, to, toIndex);
        }

        @Override
        public boolean worksInPlace() {
            return cipher.worksInPlace();
        }

        @Override
        public void close() {
            cipher.close();
        }
    }
}
