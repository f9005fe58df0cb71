package io.sallyport.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A kernel of its own (User-Mode Linux) with the addresses of a client, for programs that need what the host's kernel may
 * not have, as pppd does /dev/ppp. Its files are the host's, but it can write nothing outside of the lab's directory;
 * /tmp, /run and /etc/ppp are empty ones of its own. It does what is typed on its console: a job's number and limit.
 */
final class UserModeLinux extends Running implements Place {
    private static final Duration BOOT = Duration.ofSeconds(60);
    /** Over the job's own limit: to end it, and for a machine that has little time. */
    private static final Duration GRACE = Duration.ofSeconds(20);

    private static final long ROOM_FOR_MACHINES = 1L << 30;

    private static String init(Lab lab, int number, Path jobs) {
        return """
            #!/bin/bash
            # Process 1 of a test's machine.
            export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp LC_ALL=C
            # This kernel does not keep the wide vector registers, which OpenSSL would use.
            export OPENSSL_ia32cap="0x0:0x0"
            readonly lab=%1$s jobs=%2$s number=%3$s
            readonly modules="$(echo /usr/lib/uml/modules/*/kernel)"

            mount -t proc proc /proc
            mount -t sysfs sysfs /sys
            mount -t tmpfs tmpfs /run
            mkdir -p /run/lab /run/ppp /run/sstpc /dev/pts /dev/shm
            mount -t devpts devpts /dev/pts
            mount -t tmpfs tmpfs /dev/shm
            mount --bind "$lab" /run/lab
            mount -t tmpfs tmpfs /tmp
            mkdir -p "$lab"
            mount --bind /run/lab "$lab"
            mount -t tmpfs tmpfs /etc/ppp
            touch /etc/ppp/options
            printf '127.0.0.1 localhost\\n%4$s %5$s\\n' >/run/hosts
            mount --bind /run/hosts /etc/hosts
            mount -o remount,bind,ro /

            for module in lib/crc-ccitt net/ipv6/ipv6 drivers/net/slip/slhc drivers/net/ppp/ppp_generic \\
                drivers/net/ppp/ppp_async lib/crypto/libarc4 drivers/net/ppp/ppp_mppe drivers/net/ppp/bsd_comp; do
                insmod "$modules/$module.ko"
            done
            ip link set lo up
            ip link set vec0 up
            ip addr add %6$s/24 dev vec0
            ip -6 addr add %7$s/64 dev vec0 nodad

            run() {
                timeout --kill-after=2 "$2" bash "$jobs/$1.command" >"$jobs/$1.out" 2>"$jobs/$1.err" </dev/null
                echo $? >"$jobs/$1.ended"
                mv "$jobs/$1.ended" "$jobs/$1.status"
            }
            stty -echo
            echo "machine $number is up"
            while read -r job limit; do
                run "$job" "$limit" &
            done
            """.formatted(
                        lab.directory(),
                        jobs,
                        number,
                        Lab.GATEWAY,
                        Lab.GATEWAY_NAME,
                        Lab.clientAddress(number),
                        Lab.clientAddress6(number));
    }

    private final Path jobs;
    private final int number;
    private int lastJob;

    private UserModeLinux(Lab lab, int number, Path jobs, List<String> command) {
        super(lab, "uml-" + number, command);
        this.number = number;
        this.jobs = jobs;
    }

    /** Boots in a few seconds, and has then the addresses that {@link Lab#client} would give its namespace. */
    static UserModeLinux boot(Lab lab, int n) {
        Path jobs = lab.newDirectory("uml-" + n);
        Path init = lab.write("init.sh", init(lab, n, jobs));
        Command.run("chmod", "700", init.toString()).orFail();
        UserModeLinux machine = new UserModeLinux(
                lab,
                n,
                jobs,
                lab.tap(n)
                        .command(List.of(
                                "env",
                                "TMPDIR=" + memoryFiles(jobs),
                                "linux.uml",
                                "mem=160M",
                                "root=/dev/root",
                                "rootfstype=hostfs",
                                "rw",
                                "quiet",
                                "vec0:transport=tap,ifname=" + Lab.tapName(n) + ",depth=128,gro=1",
                                "con=null",
                                "con0=fd:0,fd:1",
                                "uml_dir=" + jobs,
                                "umid=machine",
                                "init=" + init)));
        machine.awaitLog("machine " + n + " is up", BOOT);
        return machine;
    }

    /** Where the machine's memory is a file: not on a disk, unless there is no room elsewhere, as in many containers. */
    private static Path memoryFiles(Path otherwise) {
        Path shared = Path.of("/dev/shm");
        try {
            boolean room =
                    Files.isDirectory(shared) && Files.getFileStore(shared).getUsableSpace() > ROOM_FOR_MACHINES;
            return room ? shared : otherwise;
        } catch (IOException e) {
            return otherwise;
        }
    }

    /** What {@link Lab#GATEWAY_NAME} means in here from now on. */
    void resolveGatewayName(String address) {
        shell("printf '127.0.0.1 localhost\\n" + address + " " + Lab.GATEWAY_NAME + "\\n' >/etc/hosts")
                .orFail();
    }

    String outerAddress() {
        return Lab.clientAddress(number);
    }

    @Override
    public Command.Outcome run(Duration limit, String... command) {
        Job job = begin("exec " + quoted(command), limit);
        try {
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(20))
                    .atMost(limit.plus(GRACE))
                    .until(() -> job.ended() || !alive());
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(name() + " did not end " + String.join(" ", command) + " within " + limit, e);
        }
        return job.outcome(List.of(command));
    }

    /** Begins {@code script} for bash; it is ended when it takes longer than {@code limit}. */
    synchronized Job begin(String script, Duration limit) {
        Job job = new Job(jobs, ++lastJob);
        try {
            Files.writeString(job.file("command"), script + "\n");
            Writer console = process().outputWriter();
            console.write(lastJob + " " + Math.max(1, limit.toSeconds()) + "\n");
            console.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(name() + " takes no commands", e);
        }
        return job;
    }

    /** The words as bash has to read them. */
    static String quoted(String... words) {
        return Arrays.stream(words)
                .map(word -> "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
    }

    /** What a machine was told to do: files of its number, and one with the exit status once it has ended. */
    record Job(Path directory, int number) {
        /** timeout(1): 124 when it ended the command, 137 when it had to kill it. */
        private static final List<Integer> TIMED_OUT = List.of(124, 137);

        Path file(String what) {
            return directory.resolve(number + "." + what);
        }

        boolean ended() {
            return Files.exists(file("status"));
        }

        int status() {
            int status = Integer.parseInt(text("status").trim());
            return TIMED_OUT.contains(status) ? -1 : status;
        }

        Command.Outcome outcome(List<String> command) {
            return new Command.Outcome(command, ended() ? status() : -1, text("out"), text("err"));
        }

        private String text(String what) {
            try {
                return Files.exists(file(what)) ? Command.text(file(what)) : "";
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
