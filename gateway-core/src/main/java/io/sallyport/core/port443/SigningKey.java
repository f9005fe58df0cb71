package io.sallyport.core.port443;

import io.netty.handler.ssl.OpenSslAsyncPrivateKeyMethod;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import javax.net.ssl.SSLEngine;

/**
 * Signs for BoringSSL, which itself would do it on the event loop: as a method of its own, the signature is a delegated task; as an asynchronous one, although it is done when it
 * returns, it holds no lock of the engine meanwhile, which the loop needs when the client goes away. Thread-safe.
 */
final class SigningKey implements OpenSslAsyncPrivateKeyMethod {
    private final PrivateKey key;

    SigningKey(PrivateKey key) {
        this.key = key;
    }

    @Override
    public Future<byte[]> sign(SSLEngine engine, int signatureScheme, byte[] message) {
        try {
            return ImmediateEventExecutor.INSTANCE.newSucceededFuture(sign(signatureScheme, message));
        } catch (GeneralSecurityException | RuntimeException e) {
            return ImmediateEventExecutor.INSTANCE.newFailedFuture(e);
        }
    }

    private byte[] sign(int signatureScheme, byte[] message) throws GeneralSecurityException {
        Signature signature = signature(signatureScheme);
        signature.initSign(key);
        signature.update(message);
        return signature.sign();
    }

    /** Only a key exchange by RSA encryption would ask for it. */
    @Override
    public Future<byte[]> decrypt(SSLEngine engine, byte[] message) {
        return ImmediateEventExecutor.INSTANCE.newFailedFuture(
                new SignatureException("there is no suite with RSA key exchange"));
    }

    /** @throws InvalidKeyException when the public key is not this one's */
    void checkBelongsTo(PublicKey other) throws GeneralSecurityException {
        boolean rsa = other.getAlgorithm().equals("RSA");
        int scheme = rsa ? 0x0401 : 0x0403;
        byte[] message = {1, 2, 3};
        Signature verifier = signature(scheme);
        verifier.initVerify(other);
        verifier.update(message);
        if (!verifier.verify(sign(scheme, message))) {
            throw new InvalidKeyException("the private key is not that of the certificate");
        }
    }

    // RFC 8446 §4.2.3
    private static Signature signature(int scheme) throws GeneralSecurityException {
        return switch (scheme) {
            case 0x0401 -> Signature.getInstance("SHA256withRSA");
            case 0x0501 -> Signature.getInstance("SHA384withRSA");
            case 0x0601 -> Signature.getInstance("SHA512withRSA");
            case 0x0403 -> Signature.getInstance("SHA256withECDSA");
            case 0x0503 -> Signature.getInstance("SHA384withECDSA");
            case 0x0603 -> Signature.getInstance("SHA512withECDSA");
            case 0x0804 -> pss("SHA-256", MGF1ParameterSpec.SHA256, 32);
            case 0x0805 -> pss("SHA-384", MGF1ParameterSpec.SHA384, 48);
            case 0x0806 -> pss("SHA-512", MGF1ParameterSpec.SHA512, 64);
            default -> throw new SignatureException("no signature scheme of ours: " + scheme);
        };
    }

    /** "The length of the Salt MUST be equal to the length of the digest algorithm." */
    private static Signature pss(String digest, MGF1ParameterSpec mask, int octets) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("RSASSA-PSS");
        signature.setParameter(new PSSParameterSpec(digest, "MGF1", mask, octets, PSSParameterSpec.TRAILER_FIELD_BC));
        return signature;
    }
}
