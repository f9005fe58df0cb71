package io.sallyport.interop;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/**
 * Makes a pppd that is up negotiate LCP anew, for which it has no command: it does so when its peer begins, so a Configure-Request is written to it as if its sstpc had
 * received that. All that follows is between pppd and the gateway.
 */
final class LcpTrigger {
    /** FF 03, LCP, Configure-Request 0x77, an MRU of 1400 and a magic number. */
    private static final byte[] REQUEST =
            HexFormat.of().parseHex("ff03c021" + "0177000e" + "01040578" + "05065a17c0de");

    private static final int FLAG = 0x7e;
    private static final int ESCAPE = 0x7d;
    private static final int ESCAPED_BIT = 0x20;
    /** RFC 1662, appendix C.2. */
    private static final int FCS_POLYNOMIAL = 0x8408;

    private static final int FCS_INITIAL = 0xffff;

    /** pidfd_open(2), pidfd_getfd(2); their numbers are the same on every architecture. */
    private static final String WRITE_TO_THE_TERMINAL_OF = """
            my ($pid, $frame) = @ARGV;
            my $process = syscall(434, $pid + 0, 0);
            die "pidfd_open: $!\\n" if $process < 0;
            for my $path (glob "/proc/$pid/fd/*") {
                next unless (readlink($path) // '') =~ /ptmx$/;
                my ($number) = $path =~ /(\\d+)$/;
                my $copy = syscall(438, $process, $number + 0, 0);
                die "pidfd_getfd: $!\\n" if $copy < 0;
                open(my $terminal, '>&=', $copy) or die "terminal: $!\\n";
                my $octets = pack('H*', $frame);
                syswrite($terminal, $octets) == length($octets) or die "write: $!\\n";
                exit 0;
            }
            die "sstpc has no terminal\\n";
            """;

    private LcpTrigger() {}

    /** @param sstpc its process id in the machine */
    static void pull(UserModeLinux machine, String sstpc) {
        machine.run(
                        "perl",
                        "-e",
                        WRITE_TO_THE_TERMINAL_OF,
                        sstpc,
                        HexFormat.of().formatHex(frame()))
                .orFail();
    }

    /** As on an asynchronous line, RFC 1662 §4. */
    private static byte[] frame() {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(FLAG);
        int fcs = FCS_INITIAL;
        for (byte octet : REQUEST) {
            fcs = update(fcs, octet & 0xff);
            escape(frame, octet & 0xff);
        }
        escape(frame, ~fcs & 0xff);
        escape(frame, ~fcs >>> 8 & 0xff);
        frame.write(FLAG);
        return frame.toByteArray();
    }

    private static int update(int fcs, int octet) {
        int value = fcs ^ octet;
        for (int bit = 0; bit < 8; bit++) {
            value = (value & 1) == 0 ? value >>> 1 : value >>> 1 ^ FCS_POLYNOMIAL;
        }
        return value;
    }

    private static void escape(ByteArrayOutputStream frame, int octet) {
        if (octet < ESCAPED_BIT || octet == FLAG || octet == ESCAPE) {
            frame.write(ESCAPE);
            frame.write(octet ^ ESCAPED_BIT);
        } else {
            frame.write(octet);
        }
    }
}
