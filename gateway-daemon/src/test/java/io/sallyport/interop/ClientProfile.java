package io.sallyport.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** The text of an .ovpn file, and ways to vary it; every way gives a new one. */
record ClientProfile(String text) {
    /** The .ovpn inside an exported package, or the file itself when it is one. */
    static ClientProfile exported(Path file) {
        try {
            byte[] octets = Files.readAllBytes(file);
            boolean zip = octets.length > 1 && octets[0] == 'P' && octets[1] == 'K';
            return new ClientProfile(zip ? ovpnIn(file) : new String(octets, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String ovpnIn(Path zip) throws IOException {
        List<String> names = new ArrayList<>();
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                names.add(entry.getName());
                if (entry.getName().endsWith(".ovpn")) {
                    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
                }
            }
        }
        throw new AssertionError("no .ovpn in " + zip + ", only " + names);
    }

    ClientProfile overUdp() {
        return to("remote " + Lab.GATEWAY_NAME + " 1194 udp");
    }

    ClientProfile overTcp() {
        return to("remote " + Lab.GATEWAY_NAME + " 443 tcp-client");
    }

    /** Only this {@code remote} line. */
    ClientProfile to(String remote) {
        return without("remote").without("proto").with(remote);
    }

    ClientProfile with(String... lines) {
        return new ClientProfile(text.stripTrailing() + "\n" + String.join("\n", lines) + "\n");
    }

    ClientProfile without(String option) {
        Predicate<String> isOption =
                Pattern.compile("^\\s*" + Pattern.quote(option) + "(\\s.*)?$").asMatchPredicate();
        return new ClientProfile(
                String.join("\n", text.lines().filter(isOption.negate()).toList()) + "\n");
    }

    ClientProfile withoutBlock(String tag) {
        return new ClientProfile(block(tag).matcher(text).replaceAll(""));
    }

    /** The inline file {@code tag}, instead of what there was. */
    ClientProfile withBlock(String tag, String content) {
        return withoutBlock(tag).with("<" + tag + ">", content.strip(), "</" + tag + ">");
    }

    /** The inline file {@code tag}. */
    String block(String tag, String ifAbsent) {
        Matcher matcher = block(tag).matcher(text);
        return matcher.find() ? matcher.group(1) : ifAbsent;
    }

    ClientProfile withCertificate(Credentials credentials) {
        return withBlock("cert", credentials.certificate()).withBlock("key", credentials.key());
    }

    ClientProfile withoutCertificate() {
        return withoutBlock("cert").withoutBlock("key").without("cert").without("key");
    }

    /** Name and password from a file that only root reads. */
    ClientProfile withPassword(Lab lab, String user, String password) {
        return without("auth-user-pass").with("auth-user-pass " + lab.write("password", user + "\n" + password + "\n"));
    }

    private static Pattern block(String tag) {
        return Pattern.compile("^<" + tag + ">\\n(.*?)^</" + tag + ">\\n?", Pattern.MULTILINE | Pattern.DOTALL);
    }
}
