package io.sallyport.daemon.config;

import io.sallyport.daemon.config.GatewayConfig.Auth;
import io.sallyport.daemon.config.GatewayConfig.Method;
import io.sallyport.daemon.config.GatewayConfig.Radius;
import io.sallyport.daemon.config.GatewayConfig.RadiusServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Binds {@code auth}. */
final class AuthSection {
    private final Section section;
    private final Path base;
    private final Findings findings;
    private final Map<String, Position> places;

    AuthSection(Section section, Path base, Findings findings, Map<String, Position> places) {
        this.section = section;
        this.base = base;
        this.findings = findings;
        this.places = places;
    }

    Auth bind() {
        List<Method> methods = section.list("methods", "certificate", Values.oneOf(Method.class));
        Section certificate = section.section("certificate");
        List<Path> roots = certificate.list("roots", "pki/ca.crt", Values.path(base));
        List<String> revoked = certificate.list("revoked", "THUMBPRINT", Values.thumbprint("sallyport cert list"));
        certificate.end();
        Section local = section.section("local");
        Path users = local.optional("users", Values.path(base));
        local.end();
        Auth auth = new Auth(methods, roots, revoked, users, radius(section.section("radius")));
        section.end();
        checkMethods(auth);
        return auth;
    }

    private Radius radius(Section radius) {
        List<RadiusServer> servers = new ArrayList<>();
        for (Section server : radius.sections("servers")) {
            Values.HostPort address =
                    server.required("address", "\"10.0.0.10:1812\"", Values::hostPort, new Values.HostPort("", 1812));
            Path secret = server.required("secret-file", "radius.secret", Values.path(base), base);
            server.end();
            servers.add(new RadiusServer(address.host(), address.port(), secret));
        }
        Duration timeout = radius.value(
                "timeout", Values.duration(Duration.ofSeconds(1), Duration.ofMinutes(5)), Duration.ofSeconds(30));
        radius.end();
        return new Radius(List.copyOf(servers), timeout);
    }

    private void checkMethods(Auth auth) {
        Position at = section.positionOf("methods");
        List<Method> methods = auth.methods();
        if (methods.isEmpty()) {
            findings.mistake(at, "auth.methods is empty; name what clients may use, as methods: [certificate, local]");
        }
        for (int i = 0; i < methods.size(); i++) {
            if (methods.indexOf(methods.get(i)) < i) {
                findings.mistake(place(i, at), "auth.methods has a method twice; keep one");
            }
        }
        if (methods.contains(Method.CERTIFICATE) && auth.roots().isEmpty()) {
            findings.mistake(
                    at, "method certificate needs auth.certificate.roots; write certificate: { roots: [pki/ca.crt] }");
        }
        if (methods.contains(Method.LOCAL) && auth.users() == null) {
            findings.mistake(at, "method local needs auth.local.users; write local: { users: users.yaml }");
        }
        checkRadius(auth, place(methods.indexOf(Method.RADIUS), at));
    }

    private void checkRadius(Auth auth, Position at) {
        if (!auth.methods().contains(Method.RADIUS)) {
            return;
        }
        if (auth.radius().servers().isEmpty()) {
            findings.mistake(at, "method radius needs auth.radius.servers");
        }
        if (auth.methods().size() == 1) {
            findings.mistake(at, "method radius is not available yet; use certificate or local");
        } else {
            findings.warning(at, "method radius is not available yet: its users cannot log in");
        }
    }

    private Position place(int index, Position otherwise) {
        return places.getOrDefault("auth.methods[" + index + "]", otherwise);
    }
}
