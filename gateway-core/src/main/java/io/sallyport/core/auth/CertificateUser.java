package io.sallyport.core.auth;

import java.security.cert.X509Certificate;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.OtherName;
import org.jspecify.annotations.Nullable;

/**
 * The name of a certificate's user: the common name nearest to the user; without one the first e-mail address or user principal
 * name of the subjectAlternativeName; else the whole subject (RFC 2253).
 */
final class CertificateUser {
    private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
    private static final ASN1ObjectIdentifier USER_PRINCIPAL_NAME = new ASN1ObjectIdentifier("1.3.6.1.4.1.311.20.2.3");
    private static final int MOST_CHARACTERS = 253;

    private CertificateUser() {}

    static String of(X509Certificate leaf) throws CertificateRefusal {
        String subject = leaf.getSubjectX500Principal().getName();
        String name = commonName(subject);
        if (name == null) {
            name = alternativeName(leaf);
        }
        if (name == null) {
            name = subject;
        }
        // Never shortened or repaired: that could make it somebody else's name.
        if (name.isBlank()
                || name.length() > MOST_CHARACTERS
                || !name.codePoints().allMatch(Printable::isPlain)) {
            throw CertificateRefusal.of(
                    RejectReason.CERTIFICATE_UNSUITABLE,
                    leaf,
                    "names its user with nothing, too much or control characters");
        }
        return name;
    }

    private static @Nullable String commonName(String subject) {
        try {
            List<Rdn> names = new LdapName(subject).getRdns();
            for (Rdn each : names.reversed()) {
                if (each.getType().equalsIgnoreCase("CN")
                        && each.getValue() instanceof String value
                        && !value.isBlank()) {
                    return value;
                }
            }
            return null;
        } catch (InvalidNameException _) {
            return null;
        }
    }

    private static @Nullable String alternativeName(X509Certificate leaf) {
        byte[] extension = leaf.getExtensionValue(SUBJECT_ALTERNATIVE_NAME);
        if (extension == null) {
            return null;
        }
        GeneralNames names =
                GeneralNames.getInstance(ASN1OctetString.getInstance(extension).getOctets());
        for (GeneralName each : names.getNames()) {
            String name = text(each);
            if (name != null && !name.isBlank()) {
                return name;
            }
        }
        return null;
    }

    private static @Nullable String text(GeneralName name) {
        ASN1Encodable value = name.getName();
        if (name.getTagNo() == GeneralName.otherName) {
            OtherName other = OtherName.getInstance(value);
            value = USER_PRINCIPAL_NAME.equals(other.getTypeID()) ? other.getValue() : value;
        } else if (name.getTagNo() != GeneralName.rfc822Name) {
            return null;
        }
        return value instanceof ASN1String string ? string.getString() : null;
    }
}
