package io.sallyport.daemon.profile;

import io.sallyport.daemon.config.GatewayConfig;
import io.sallyport.daemon.config.GatewayConfig.Method;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The zip: {@code OpenVPN/vpnconfig.ovpn}, {@code Generic/VpnSettings.xml} and {@code Generic/VpnServerRoot.cer}. */
public final class ProfilePackage {
    private ProfilePackage() {}

    public static byte[] zip(GatewayConfig config, String ovpn, X509Certificate authority) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            entry(zip, "OpenVPN/vpnconfig.ovpn", ovpn.getBytes(StandardCharsets.UTF_8));
            entry(zip, "Generic/VpnSettings.xml", settings(config).getBytes(StandardCharsets.UTF_8));
            entry(zip, "Generic/VpnServerRoot.cer", authority.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IOException("the authority's certificate has no encoding", e);
        }
        return out.toByteArray();
    }

    private static void entry(ZipOutputStream zip, String name, byte[] octets) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(octets);
        zip.closeEntry();
    }

    /** Every value is a checked name, address or constant: none needs escaping. */
    private static String settings(GatewayConfig config) {
        String methods = config.auth().methods().stream()
                .map(method -> method == Method.CERTIFICATE ? "Certificate" : "Password")
                .distinct()
                .collect(Collectors.joining(","));
        String routes =
                config.addresses().routes().stream().map(Object::toString).collect(Collectors.joining(","));
        String dns = config.addresses().dns().stream()
                .map(address -> address.getHostAddress())
                .collect(Collectors.joining(","));
        return """
                <?xml version="1.0" encoding="utf-8"?>
                <VpnProfile>
                  <VpnServer>%s</VpnServer>
                  <VpnType>OpenVPN</VpnType>
                  <AuthMethod>%s</AuthMethod>
                  <Routes>%s</Routes>
                  <CustomDnsServers>%s</CustomDnsServers>
                </VpnProfile>
                """.formatted(config.gateway().name(), methods, routes, dns);
    }
}
