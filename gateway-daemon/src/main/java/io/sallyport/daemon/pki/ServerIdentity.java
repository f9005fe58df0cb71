package io.sallyport.daemon.pki;

import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Whether clients will take a certificate for the gateway they meant to reach. */
public final class ServerIdentity {
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final Duration EXPIRES_SOON = Duration.ofDays(14);
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    private ServerIdentity() {}

    /** What is wrong, each with its remedy; empty when all is well. */
    public static List<String> problems(X509Certificate leaf, String name) {
        List<String> problems = new ArrayList<>();
        try {
            if (!carries(leaf, name)) {
                problems.add(
                        "the certificate does not name '" + name + "'; it must carry it as subject alternative name");
            }
            List<String> usages = leaf.getExtendedKeyUsage();
            if (usages == null || !usages.contains(SERVER_AUTH)) {
                problems.add("the certificate is not for servers; its extended key usage must hold serverAuth");
            }
        } catch (CertificateParsingException e) {
            problems.add("the certificate's extensions are broken; issue it again");
        }
        return problems;
    }

    /**
     * Why clients may refuse it at this time, with the remedy; null when they will not. No reason to stay away: clients
     * have clocks of their own, and one that is wrong here, as at the boot of a host without a battery, is set right
     * later.
     */
    public static @Nullable String untimely(X509Certificate leaf, Instant now) {
        Instant begin = leaf.getNotBefore().toInstant();
        Instant end = leaf.getNotAfter().toInstant();
        if (end.isBefore(now)) {
            return "the certificate expired on " + end
                    + ", so clients refuse it; renew it ('sallyport cert renew', or at its authority)";
        }
        if (begin.isAfter(now)) {
            return "the certificate is valid only from " + begin + ", and the clock of this host shows " + now
                    + "; set the clock, by which clients' certificates are judged too";
        }
        return end.isBefore(now.plus(EXPIRES_SOON)) ? "the certificate expires on " + end + "; renew it" : null;
    }

    private static boolean carries(X509Certificate leaf, String name) throws CertificateParsingException {
        Collection<List<?>> names = leaf.getSubjectAlternativeNames();
        return names != null && names.stream().anyMatch(entry -> matches(entry, name));
    }

    private static boolean matches(List<?> entry, String name) {
        String text = String.valueOf(entry.get(1)).toLowerCase(Locale.ROOT);
        String wanted = name.toLowerCase(Locale.ROOT);
        if (entry.get(0) instanceof Integer type && type == DNS_NAME) {
            return text.equals(wanted) || wildcard(text, wanted);
        }
        return entry.get(0) instanceof Integer type
                && type == IP_ADDRESS
                && address(wanted) != null
                && java.util.Objects.equals(address(text), address(wanted));
    }

    /** RFC 6125 §6.4.3: the wildcard is the whole left-most label and stands for one label. */
    private static boolean wildcard(String pattern, String name) {
        int dot = name.indexOf('.');
        return pattern.startsWith("*.") && dot > 0 && pattern.substring(1).equals(name.substring(dot));
    }

    private static @Nullable InetAddress address(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
