package io.sallyport.benchmarks;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.crypto.PacketCipherProvider;
import io.sallyport.core.crypto.PacketCiphers;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.packet.PacketBuffers;
import io.sallyport.core.worker.Verdict;
import io.sallyport.openvpn.data.DataChannelKey;
import io.sallyport.openvpn.data.KeyMaterial;
import io.sallyport.openvpn.data.KeySlots;
import io.sallyport.openvpn.wire.DataCipher;
import io.sallyport.openvpn.wire.DataFormat;
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

/** One packet of OpenVPN's data channel, from one end's keys to the other's: numbers, limits, replay window and all. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DataChannelBenchmark {
    /** {@code BOTH}: packets of both formats in turn, as on a server whose clients differ. */
    public enum Formats {
        PACKET_ID,
        EPOCH,
        BOTH
    }

    @Param({"openssl"})
    public String provider = "";

    @Param
    public Formats formats = Formats.PACKET_ID;

    @Param({"100", "1400"})
    public int octets;

    private final ByteBuf packet = PacketBuffers.take();
    private final KeySlots[] servers = {new KeySlots(), new KeySlots()};
    private final KeySlots[] clients = {new KeySlots(), new KeySlots()};
    private int turn;

    @Setup
    public void make() {
        PacketCipherProvider library = PacketCiphers.present().stream()
                .filter(each -> each.name().equals(provider))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(provider + " is not on this host"));
        install(0, formats == Formats.EPOCH ? DataFormat.EPOCH : DataFormat.PACKET_ID, library);
        install(1, formats == Formats.PACKET_ID ? DataFormat.PACKET_ID : DataFormat.EPOCH, library);
    }

    private void install(int pair, DataFormat format, PacketCipherProvider library) {
        byte[] octetsOfKey = new byte[KeyMaterial.OCTETS];
        octetsOfKey[0] = (byte) (pair + 1);
        try (KeyMaterial material = new KeyMaterial(Secret.taking(octetsOfKey))) {
            for (KeyMaterial.End end : KeyMaterial.End.values()) {
                KeySlots to = (end == KeyMaterial.End.SERVER ? servers : clients)[pair];
                to.install(DataChannelKey.of(format, 0, 1, DataCipher.AES_256_GCM, material, end, library));
                to.activate(0);
            }
        }
    }

    @TearDown
    public void close() {
        for (int pair = 0; pair < 2; pair++) {
            servers[pair].close();
            clients[pair].close();
        }
        packet.release();
    }

    @Benchmark
    public @Nullable Verdict seal() {
        turn ^= 1;
        packet.setIndex(PacketBuffers.HEADROOM, PacketBuffers.HEADROOM + octets);
        return servers[turn].seal(packet);
    }

    @Benchmark
    public @Nullable Verdict sealAndOpen() {
        turn ^= 1;
        packet.setIndex(PacketBuffers.HEADROOM, PacketBuffers.HEADROOM + octets);
        Verdict dropped = servers[turn].seal(packet);
        return dropped == null ? clients[turn].open(packet, packet) : dropped;
    }
}
