package io.sallyport.core.crypto;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.sallyport.core.octets.Secret;

/** How long a provider takes to seal a packet here and now: about 130 ms of trying, whatever the machine. */
final class Calibration {
    private static final int PACKET_OCTETS = 1400;
    private static final int AAD_OCTETS = 8;
    private static final int DATA_AT = AAD_OCTETS + Aead.TAG_OCTETS;
    private static final long TOTAL_NANOS = 130_000_000;
    private static final long ROUND_NANOS = 4_000_000;
    /** Without leak detection, whose cost for each access would be measured too. */
    private static final ByteBufAllocator BUFFERS = new UnpooledByteBufAllocator(true, true);

    private static final int BATCH = 16;

    private final PacketCipher cipher;
    private final ByteBuf from;
    private final ByteBuf to;
    private final byte[] nonce = new byte[Aead.NONCE_OCTETS];

    private Calibration(PacketCipher cipher, ByteBuf from, ByteBuf to) {
        this.cipher = cipher;
        this.from = from;
        this.to = to;
    }

    static PacketCiphers.Measurement measure(PacketCipherProvider provider) {
        ByteBuf from = BUFFERS.directBuffer(DATA_AT + PACKET_OCTETS);
        ByteBuf to = BUFFERS.directBuffer(DATA_AT + PACKET_OCTETS);
        try (Secret key = Secret.taking(new byte[Aead.AES_256_GCM.keyOctets()]);
                PacketCipher cipher = provider.sealing(Aead.AES_256_GCM, key)) {
            Calibration calibration = new Calibration(cipher, from, cipher.worksInPlace() ? from : to);
            // The quickest round: the first ones run before the compiler is done, and what else the machine does only
            // makes a
            // round slower. A machine too busy to compile in this time makes javax.crypto look far slower than it will
            // be.
            long best = Long.MAX_VALUE;
            long end = System.nanoTime() + TOTAL_NANOS;
            do {
                best = Math.min(best, calibration.round());
            } while (System.nanoTime() - end < 0);
            return new PacketCiphers.Measurement(provider.name(), best);
        } finally {
            from.release();
            to.release();
        }
    }

    private long round() {
        long start = System.nanoTime();
        long packets = 0;
        long elapsed;
        do {
            for (int i = 0; i < BATCH; i++) {
                countUp();
                cipher.seal(nonce, from, DATA_AT, PACKET_OCTETS, to, DATA_AT, 0, AAD_OCTETS, AAD_OCTETS);
            }
            packets += BATCH;
            elapsed = System.nanoTime() - start;
        } while (elapsed < ROUND_NANOS);
        return elapsed / packets;
    }

    private void countUp() {
        for (int i = 0; i < nonce.length && ++nonce[i] == 0; i++) {
            // carries into the next octet
        }
    }
}
