package io.sallyport.benchmarks;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.crypto.Aead;
import io.sallyport.core.crypto.PacketCipher;
import io.sallyport.core.crypto.PacketCipherProvider;
import io.sallyport.core.crypto.PacketCiphers;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.packet.PacketBuffers;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One packet through one library's cipher: DATA_V2's 8 octets of additional data before it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PacketCipherBenchmark {
    private static final int AAD_OCTETS = 8;

    @Param({"javax.crypto", "openssl"})
    public String provider = "";

    @Param({"AES_256_GCM", "AES_128_GCM", "CHACHA20_POLY1305"})
    public Aead aead = Aead.AES_256_GCM;

    @Param({"100", "1400"})
    public int octets;

    private final ByteBuf packet = PacketBuffers.take();
    private final ByteBuf sealed = PacketBuffers.take();
    private final ByteBuf opened = PacketBuffers.take();
    private final byte[] nonce = new byte[Aead.NONCE_OCTETS];
    private final byte[] sealedNonce = new byte[Aead.NONCE_OCTETS];
    private @Nullable PacketCipher sealing;
    private @Nullable PacketCipher opening;
    private int payloadIndex;
    private int tagIndex;
    private int aadIndex;

    @Setup
    public void make() {
        PacketCipherProvider library = PacketCiphers.present().stream()
                .filter(each -> each.name().equals(provider))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(provider + " is not on this host"));
        try (Secret key = Secret.taking(new byte[aead.keyOctets()])) {
            sealing = library.sealing(aead, key);
            opening = library.opening(aead, key);
        }
        payloadIndex = packet.readerIndex();
        tagIndex = payloadIndex - Aead.TAG_OCTETS;
        aadIndex = tagIndex - AAD_OCTETS;
        sealedNonce[11] = 1;
        sealing().seal(sealedNonce, sealed, payloadIndex, octets, sealed, payloadIndex, aadIndex, AAD_OCTETS, tagIndex);
    }

    private PacketCipher sealing() {
        return Objects.requireNonNull(sealing);
    }

    private PacketCipher opening() {
        return Objects.requireNonNull(opening);
    }

    @TearDown
    public void close() {
        sealing().close();
        opening().close();
        packet.release();
        sealed.release();
        opened.release();
    }

    @Benchmark
    public void seal() {
        for (int i = 0; i < 8 && ++nonce[i] == 0; i++) {
            // carries into the next octet
        }
        sealing().seal(nonce, packet, payloadIndex, octets, packet, payloadIndex, aadIndex, AAD_OCTETS, tagIndex);
    }

    @Benchmark
    public boolean open() {
        return opening()
                .open(sealedNonce, sealed, payloadIndex, octets, aadIndex, AAD_OCTETS, tagIndex, opened, payloadIndex);
    }
}
