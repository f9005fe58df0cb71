package io.sallyport.core.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Objects;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateEntry;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsServerProtocol;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;
import org.jspecify.annotations.Nullable;

/** Another implementation of a TLS server, with an ECDSA key on P-256, to agree with. */
final class BouncyCastleServer extends DefaultTlsServer {
    private static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();

    private final TlsCredentials credentials;
    private final ProtocolVersion version;
    final TlsServerProtocol protocol = new TlsServerProtocol();
    byte @Nullable [] exported;

    BouncyCastleServer(TlsCredentials credentials, ProtocolVersion version) throws IOException {
        super(new JcaTlsCryptoProvider().setProvider(PROVIDER).create(new SecureRandom()));
        this.credentials = credentials;
        this.version = version;
        protocol.accept(this);
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return version.only();
    }

    @Override
    public org.bouncycastle.tls.TlsCredentials getCredentials() {
        try {
            JcaTlsCrypto crypto = (JcaTlsCrypto) getCrypto();
            TlsCertificate leaf =
                    crypto.createCertificate(credentials.chain().getFirst().getEncoded());
            Certificate certificate = TlsUtils.isTLSv13(version)
                    ? new Certificate(TlsUtils.EMPTY_BYTES, new CertificateEntry[] {new CertificateEntry(leaf, null)})
                    : new Certificate(new TlsCertificate[] {leaf});
            return new JcaDefaultTlsCredentialedSigner(
                    new TlsCryptoParameters(context),
                    crypto,
                    credentials.key(),
                    certificate,
                    SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha256, SignatureAlgorithm.ecdsa));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Only in here are the secrets still there. */
    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        exported = context.exportKeyingMaterial("EXPORTER-OpenVPN-datakeys", null, 256);
    }

    /** Carries octets until the client has nothing more to say. */
    void shakeHands(TlsEndpoint client) throws IOException {
        for (int round = 0; round < 20; round++) {
            TlsEndpoint.Progress progress = client.progress();
            while (progress instanceof TlsEndpoint.Progress.HasTask(Runnable task)) {
                task.run();
                progress = client.progress();
            }
            byte[] up = client.drain(1 << 16);
            if (up.length > 0) {
                protocol.offerInput(up);
            }
            byte[] down = new byte[protocol.getAvailableOutputBytes()];
            if (up.length == 0 && down.length == 0) {
                return;
            }
            protocol.readOutput(down, 0, down.length);
            client.feed(down, 0, down.length);
        }
    }

    byte[] exported() {
        return Objects.requireNonNull(exported);
    }
}
