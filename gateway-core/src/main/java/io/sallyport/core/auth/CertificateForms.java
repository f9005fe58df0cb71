package io.sallyport.core.auth;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.DSAPublicKey;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.jspecify.annotations.Nullable;

/**
 * In which octets one signed certificate passes. What the issuer signs is only a part of them (RFC 5280 §4.1): whoever holds a certificate can write the rest in other ways that
 * lenient parsers take, and with ECDSA turn the signature (r, s) into (r, n - s), which is as good. Each way has a thumbprint of its own, so a list of revoked
 * thumbprints holds only if all ways but one are refused, or looked up.
 */
final class CertificateForms {
    private static final byte SEQUENCE_TAG = 0x30;

    private CertificateForms() {}

    /**
     * Every encoding that counts as this certificate: DER's only one and, where the signature has a twin, that one's.
     *
     * @throws CertificateRefusal when the certificate comes in none of them
     */
    static List<byte[]> of(X509Certificate certificate, PublicKey issuer) throws CertificateRefusal {
        try {
            List<byte[]> forms = new ArrayList<>();
            for (byte[] signature : signatures(certificate.getSignature(), issuer)) {
                forms.add(encode(certificate.getTBSCertificate(), signature));
            }
            byte[] given = certificate.getEncoded();
            if (forms.stream().anyMatch(form -> Arrays.equals(form, given))) {
                return forms;
            }
        } catch (CertificateEncodingException | IOException | IllegalArgumentException _) {
            // refused below
        }
        throw CertificateRefusal.of(RejectReason.CERTIFICATE_UNSUITABLE, certificate, "is not encoded as DER has it");
    }

    private static List<byte[]> signatures(byte[] signature, PublicKey issuer) throws IOException {
        BigInteger order = order(issuer);
        if (order == null) {
            return List.of(signature);
        }
        ASN1Sequence pair = ASN1Sequence.getInstance(signature);
        BigInteger r = ASN1Integer.getInstance(pair.getObjectAt(0)).getPositiveValue();
        BigInteger s = ASN1Integer.getInstance(pair.getObjectAt(1)).getPositiveValue();
        return List.of(encode(r, s), encode(r, order.subtract(s)));
    }

    /** Of the group in which signatures come as pairs; null where a key and a text have signatures without twins. */
    private static @Nullable BigInteger order(PublicKey key) {
        return switch (key) {
            case ECPublicKey ec -> ec.getParams().getOrder();
            case DSAPublicKey dsa -> dsa.getParams().getQ();
            default -> null;
        };
    }

    private static byte[] encode(BigInteger r, BigInteger s) throws IOException {
        return new DERSequence(new ASN1Integer[] {new ASN1Integer(r), new ASN1Integer(s)}).getEncoded(ASN1Encoding.DER);
    }

    private static byte[] encode(byte[] signed, byte[] signature) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.write(signed);
        content.write(TBSCertificate.getInstance(signed).getSignature().getEncoded(ASN1Encoding.DER));
        content.write(new DERBitString(signature).getEncoded(ASN1Encoding.DER));
        // A sequence of elements that are encoded already: the length reads as any other type's.
        byte[] whole = new DEROctetString(content.toByteArray()).getEncoded(ASN1Encoding.DER);
        whole[0] = SEQUENCE_TAG;
        return whole;
    }
}
