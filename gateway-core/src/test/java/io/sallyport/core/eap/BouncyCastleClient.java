package io.sallyport.core.eap;

import io.sallyport.core.octets.Secret;
import io.sallyport.core.tls.TlsCredentials;
import io.sallyport.core.tls.TlsEndpoint;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateEntry;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;
import org.jspecify.annotations.Nullable;

/** Another implementation of a TLS client, with an ECDSA key on P-256, behind the same interface as ours. It trusts every server. */
final class BouncyCastleClient extends DefaultTlsClient implements TlsEndpoint {
    private final TlsCredentials credentials;
    private final ProtocolVersion version;
    private final boolean extendedMasterSecret;
    private final TlsClientProtocol protocol = new TlsClientProtocol();
    private final Map<String, byte[]> exported = new HashMap<>();
    private @Nullable Progress failed;

    BouncyCastleClient(TlsCredentials credentials, ProtocolVersion version, boolean extendedMasterSecret) {
        super(new JcaTlsCryptoProvider().setProvider(new BouncyCastleProvider()).create(new SecureRandom()));
        this.credentials = credentials;
        this.version = version;
        this.extendedMasterSecret = extendedMasterSecret;
        try {
            protocol.connect(this);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return version.only();
    }

    @Override
    public boolean shouldUseExtendedMasterSecret() {
        return extendedMasterSecret;
    }

    @Override
    public TlsAuthentication getAuthentication() {
        return new TlsAuthentication() {
            @Override
            public void notifyServerCertificate(TlsServerCertificate serverCertificate) {}

            @Override
            public org.bouncycastle.tls.TlsCredentials getClientCredentials(CertificateRequest request) {
                return signer(request);
            }
        };
    }

    private org.bouncycastle.tls.TlsCredentials signer(CertificateRequest request) {
        try {
            JcaTlsCrypto crypto = (JcaTlsCrypto) getCrypto();
            TlsCertificate leaf =
                    crypto.createCertificate(credentials.chain().getFirst().getEncoded());
            Certificate certificate = TlsUtils.isTLSv13(version)
                    ? new Certificate(
                            request.getCertificateRequestContext(),
                            new CertificateEntry[] {new CertificateEntry(leaf, null)})
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

    /** Only in here are the secrets still there. The labels as RFC 5216 §2.3 and RFC 9190 §2.3 have them. */
    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        if (!extendedMasterSecret) {
            return;
        }
        exported.put("client EAP encryption", context.exportKeyingMaterial("client EAP encryption", null, 128));
        exported.put(
                "EXPORTER_EAP_TLS_Key_Material",
                context.exportKeyingMaterial("EXPORTER_EAP_TLS_Key_Material", new byte[] {13}, 128));
    }

    @Override
    public boolean feed(byte[] ciphertext, int offset, int length) {
        try {
            protocol.offerInput(ciphertext, offset, length);
        } catch (IOException e) {
            failed = new Progress.Failed(Progress.Origin.OURS, String.valueOf(e.getMessage()));
        }
        return true;
    }

    @Override
    public int pending() {
        return protocol.getAvailableOutputBytes();
    }

    @Override
    public byte[] drain(int limit) {
        byte[] octets = new byte[Math.min(limit, pending())];
        protocol.readOutput(octets, 0, octets.length);
        return octets;
    }

    @Override
    public byte @Nullable [] read() {
        byte[] plain = new byte[protocol.getAvailableInputBytes()];
        protocol.readInput(plain, 0, plain.length);
        return plain.length == 0 ? null : plain;
    }

    @Override
    public boolean write(byte[] plaintext, int offset, int length) {
        return false;
    }

    @Override
    public Progress progress() {
        if (failed != null) {
            return failed;
        }
        return protocol.isConnected() ? new Progress.Open() : new Progress.NeedsInput();
    }

    @Override
    public void finish() {}

    @Override
    public Secret export(String label, byte @Nullable [] seed, int length) {
        byte[] octets = exported.get(label);
        if (octets == null) {
            throw new IllegalStateException("nothing exported");
        }
        return Secret.copyOf(octets);
    }

    @Override
    public List<X509Certificate> peerChain() {
        return List.of();
    }

    @Override
    public String version() {
        return TlsUtils.isTLSv13(version) ? "TLSv1.3" : "TLSv1.2";
    }

    @Override
    public String cipherSuite() {
        return "";
    }

    @Override
    public void close() {}
}
