package io.sallyport.openvpn.data;

import io.sallyport.core.crypto.Aead;
import io.sallyport.core.octets.Secret;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A packet's nonce in the epoch format: its 8 octets of epoch and packet id, then zeros, XOR the epoch's implicit IV. */
final class EpochNonce implements AutoCloseable {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] nonce;
    private long implicit;

    private EpochNonce(byte[] implicitIv) {
        nonce = implicitIv;
        implicit = (long) LONGS.get(implicitIv, 0);
    }

    static EpochNonce of(EpochSecret secret) {
        try (Secret implicitIv = secret.implicitIv(Aead.NONCE_OCTETS)) {
            return new EpochNonce(implicitIv.expose().clone());
        }
    }

    /** The same array every time. */
    byte[] at(long counter) {
        LONGS.set(nonce, 0, implicit ^ counter);
        return nonce;
    }

    @Override
    public void close() {
        implicit = 0;
        Arrays.fill(nonce, (byte) 0);
    }
}
