package io.sallyport.interop;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Debian's sstpc with its pppd inside a {@link UserModeLinux}; what both say is one log. */
final class SstpClient extends Logged implements AutoCloseable {
    /** pppd's line when IPCP is up, with the address. */
    static final String UP = "local  IP address ([0-9.]+)";
    /** pppd takes the first method that it is offered and not told to refuse. */
    static final List<String> MSCHAPV2 = List.of("refuse-eap", "refuse-pap", "refuse-chap", "refuse-mschap");

    static final List<String> PAP = List.of("refuse-eap", "refuse-chap", "refuse-mschap", "refuse-mschap-v2");
    static final List<String> EAP = List.of("refuse-pap", "refuse-chap", "refuse-mschap", "refuse-mschap-v2");

    private static final Duration HANDSHAKE = Duration.ofSeconds(40);
    /** Eight attempts, and a little. */
    private static final Duration CALL = Duration.ofSeconds(70);

    private static final Duration LONGEST = Duration.ofMinutes(9);

    private final Gateway gateway;
    private final UserModeLinux machine;
    private final UserModeLinux.Job job;

    private SstpClient(
            Gateway gateway,
            UserModeLinux machine,
            String server,
            Path authority,
            List<String> sstpc,
            List<String> pppd) {
        super(gateway.lab(), "sstpc");
        this.gateway = gateway;
        this.machine = machine;
        List<String> command = new ArrayList<>(List.of("sstpc", "--log-stderr", "--log-level", "4"));
        command.addAll(List.of("--ca-cert", authority.toString()));
        // The name of the socket on which pppd hands its keys to sstpc.
        command.addAll(List.of("--ipparam", logFile().getFileName().toString().replaceAll("\\W", "")));
        command.addAll(sstpc);
        command.add(server);
        command.addAll(List.of("noauth", "noipdefault", "nodefaultroute", "usepeerdns", "+ipv6"));
        command.addAll(List.of("debug", "logfd", "2", "nodetach"));
        command.addAll(pppd);
        String words = UserModeLinux.quoted(command.toArray(String[]::new));
        job = machine.begin(script(words), LONGEST);
        gateway.lab().remember(this);
    }

    /**
     * sstpc 1.0.18 starts to listen for the answer to its HTTP request only when the TLS handshake before it had to wait for the server
     * at least once; where all was there at once, it gives up. Inside User-Mode Linux it also hangs now and then in the handshake.
     * It has not sent a word of SSTP in either case, and is started again.
     */
    private String script(String sstpc) {
        return """
            for attempt in {1..8}; do
                %1$s >%2$s 2>&1 &
                sstpc=$!
                echo $sstpc >%3$s
                { sleep 8; grep -q 'Connect-Request' %2$s || kill $sstpc; } >/dev/null 2>&1 &
                wait $sstpc
                status=$?
                if [ -e %3$s.stop ] || grep -q 'Connect-Request' %2$s ||
                    ! grep -qE 'event loop terminated unsuccessfully|Terminating on Terminated' %2$s; then
                    exit $status
                fi
            done
            exit $status
            """.formatted(sstpc, logFile(), pidFile());
    }

    private Path pidFile() {
        return Path.of(logFile() + ".pid");
    }

    /** Starts without waiting; {@code pppd} are the methods, as {@link #MSCHAPV2}, and further options. */
    static SstpClient start(
            Gateway gateway, UserModeLinux machine, String user, String password, List<String> pppd, String... more) {
        List<String> sstpc = List.of("--user", user, "--password", password);
        return new SstpClient(gateway, machine, Lab.GATEWAY_NAME, gateway.authority(), sstpc, joined(pppd, more));
    }

    /** The same with a certificate and EAP-TLS, in which the gateway has to show the certificate of {@code authority}. */
    static SstpClient startWithCertificate(
            Gateway gateway, UserModeLinux machine, String user, Credentials credentials) {
        Lab lab = gateway.lab();
        String certificate = lab.write("client.crt", credentials.certificate()).toString();
        String key = lab.write("client.key", credentials.key()).toString();
        String authority = gateway.authority().toString();
        return new SstpClient(
                gateway,
                machine,
                Lab.GATEWAY_NAME,
                gateway.authority(),
                List.of(),
                joined(EAP, "name", user, "cert", certificate, "key", key, "ca", authority, "need-peer-eap"));
    }

    /** Starts one that trusts another authority in TLS. */
    static SstpClient startTrusting(
            Path authority, Gateway gateway, UserModeLinux machine, String user, String password) {
        return startTrusting(authority, Lab.GATEWAY_NAME, gateway, machine, user, password);
    }

    /** The same at {@code server}, a name with or without a port. */
    static SstpClient startTrusting(
            Path authority, String server, Gateway gateway, UserModeLinux machine, String user, String password) {
        List<String> sstpc = List.of("--user", user, "--password", password);
        return new SstpClient(gateway, machine, server, authority, sstpc, MSCHAPV2);
    }

    private static List<String> joined(List<String> pppd, String... more) {
        List<String> all = new ArrayList<>(pppd);
        all.addAll(Arrays.asList(more));
        return all;
    }

    /** It has got through TLS and asks for a call, which may have taken some attempts. */
    SstpClient awaitCall() {
        awaitLog("Connect-Request", CALL);
        return this;
    }

    /** Both ends are up: the crypto binding travels beside PPP, and may come after it. */
    SstpClient awaitUp() {
        String address = awaitCall().address();
        Awaitility.await("a session of " + address)
                .atMost(HANDSHAKE)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> gateway.sessions().isUp(address));
        return this;
    }

    UserModeLinux machine() {
        return machine;
    }

    /** Its device in the machine. */
    String device() {
        return awaitLog("Using interface (ppp[0-9]+)", HANDSHAKE).group(1);
    }

    String address() {
        return awaitLog(UP, HANDSHAKE).group(1);
    }

    /** The address that router advertisements have led to, as soon as there is one. */
    String address6() {
        String device = device();
        String[] found = {""};
        Awaitility.await("an IPv6 address on " + device)
                .atMost(HANDSHAKE)
                .pollInterval(Duration.ofMillis(300))
                .until(() -> {
                    found[0] = machine.addressOf(device, 6);
                    return !found[0].isEmpty();
                });
        return found[0];
    }

    /** Sends what the gateway has behind it through the tunnel; sstpc leaves routes to its user. */
    SstpClient route(String... prefixes) {
        for (String prefix : prefixes) {
            machine.run("ip", prefix.contains(":") ? "-6" : "-4", "route", "replace", prefix, "dev", device())
                    .orFail();
        }
        return this;
    }

    /** Has pppd negotiate LCP anew. */
    void renegotiate() {
        String sstpc = machine.shell("cat " + pidFile()).orFail().out().trim();
        LcpTrigger.pull(machine, sstpc);
    }

    /** A signal to sstpc. */
    void signal(String signal) {
        machine.shell("kill -" + signal + " $(cat " + pidFile() + ")").orFail();
    }

    /** A signal to the pppd that it has started. */
    void signalPppd(String signal) {
        machine.shell("kill -" + signal + " $(pgrep -P $(cat " + pidFile() + ") -x pppd)")
                .orFail();
    }

    /** The exit status of sstpc, or a failure when it still runs after {@code limit}. */
    int awaitExit(Duration limit) {
        try {
            Awaitility.await().pollInterval(Duration.ofMillis(50)).atMost(limit).until(() -> !alive());
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(name() + " did not end within " + limit, e);
        }
        return exitStatus();
    }

    /** SIGTERM to pppd, which says goodbye on the link; then to sstpc, then SIGKILL to both. */
    @Override
    public void close() {
        machine.shell("""
                touch %1$s.stop
                sstpc=$(cat %1$s) || { sleep 1; sstpc=$(cat %1$s); } || exit 0
                for signal in TERM TERM KILL; do
                    kill -$signal $(pgrep -P $sstpc -x pppd || echo $sstpc) 2>/dev/null
                    for i in {1..30}; do
                        kill -0 $sstpc 2>/dev/null || exit 0
                        sleep 0.1
                    done
                done
                kill -KILL $sstpc""".formatted(pidFile()));
    }

    @Override
    boolean alive() {
        return machine.alive() && !Files.exists(job.file("status"));
    }

    @Override
    int exitStatus() {
        return job.ended() ? job.status() : -1;
    }
}
