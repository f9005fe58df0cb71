package io.sallyport.daemon.admin;

import io.sallyport.core.session.CloseReason;
import io.sallyport.core.session.Session;
import io.sallyport.core.session.Sessions;
import io.sallyport.daemon.config.HostAndPort;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Answers from the core's sessions. */
public final class SessionOperations implements AdminOperations {
    private final String name;
    private final String version;
    private final List<String> listening;
    private final Sessions sessions;
    private final View view;

    /** What only the daemon knows of itself. */
    public interface View {
        String state();

        boolean live();

        Instant since();

        /** Of a clock that nobody sets. */
        Duration uptime();

        String metrics();

        Reloaded reload();

        Reloaded refresh();

        /** No token of the user's stands for its password any more. */
        void endTokens(String user);
    }

    /** @param listening what to show of the addresses that are bound, as {@code openvpn udp 0.0.0.0:1194} */
    public SessionOperations(String name, String version, List<String> listening, Sessions sessions, View view) {
        this.name = name;
        this.version = version;
        this.listening = List.copyOf(listening);
        this.sessions = sessions;
        this.view = view;
    }

    @Override
    public Reloaded reload() {
        return view.reload();
    }

    @Override
    public Reloaded refresh() {
        return view.refresh();
    }

    @Override
    public Status status() {
        return new Status(
                name,
                version,
                view.state(),
                view.live(),
                view.since(),
                view.uptime(),
                sessions.countByProtocol(),
                listening);
    }

    @Override
    public String metrics() {
        return view.metrics();
    }

    @Override
    public List<String> threads() {
        return ThreadTexts.now();
    }

    @Override
    public List<SessionInfo> sessions() {
        return sessions.all().stream().map(SessionOperations::info).toList();
    }

    @Override
    public @Nullable SessionInfo session(String id) {
        Session session = sessions.byId(id);
        return session == null ? null : info(session);
    }

    @Override
    public int disconnect(String id) {
        return sessions.closeWhere(session -> session.id().equals(id), CloseReason.ADMINISTRATOR);
    }

    @Override
    public int disconnectUser(String user) {
        // First: a client that comes back at once is asked, and so is one that has no session at this moment.
        view.endTokens(user);
        return sessions.closeWhere(session -> session.user().equals(user), CloseReason.ADMINISTRATOR);
    }

    /** Public for other views of a session. */
    public static SessionInfo info(Session session) {
        return new SessionInfo(
                session.id(),
                session.user(),
                session.protocol(),
                session.cipher(),
                session.state().name().toLowerCase(Locale.ROOT),
                session.openedAt(),
                session.age(),
                HostAndPort.text(session.outerAddress()),
                text(session.lease().ipv4()),
                text(session.lease().ipv6()),
                session.traffic().upOctets(),
                session.traffic().downOctets(),
                session.traffic().upPackets(),
                session.traffic().downPackets());
    }

    private static String text(@Nullable InetAddress address) {
        return address == null ? "" : address.getHostAddress();
    }
}
