package io.sallyport.core.autoconf;

import static io.sallyport.core.support.TunnelQuestions.dhcp6;
import static io.sallyport.core.support.TunnelQuestions.udp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Octets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 8415. */
class Dhcp6Test {
    private static final String US = "0002000c 0003001b0000000000000001";
    private static final String CLIENT = "0001000e 000100011c3ea0ab525354000001";
    private static final String LEASE = "fd000000000000000000000000000002";
    private static final String OTHER = "fd000000000000000000000000000003";
    private static final String IA = "0003000c 00000007 00000000 00000000";
    private static final String IA_WITH_LEASE =
            "00030028 00000007 00000708 00000b40 00050018" + LEASE + "00000e10 00001c20";
    private static final String SETTINGS =
            "00170010 20010db8000000000000000000000053 0018000e 04636f7270076578616d706c6500";
    private static final String ASKS = "00060004 00170018";
    private static final String HIGHEST = "00070001ff";

    @ParameterizedTest
    @CsvSource({
        // Solicit, Advertise; with Rapid Commit a Reply at once
        "01, " + CLIENT + IA + ASKS + ", 02, " + US + CLIENT + HIGHEST + IA_WITH_LEASE + SETTINGS,
        "01, " + CLIENT + IA + "000e0000" + ASKS + ", 07, " + US + CLIENT + "000e0000" + HIGHEST + IA_WITH_LEASE
                + SETTINGS,
        // Request, Renew, Rebind
        "03, " + CLIENT + US + IA + ", 07, " + US + CLIENT + IA_WITH_LEASE + SETTINGS,
        "05, " + CLIENT + US + IA_WITH_LEASE + "00060002 0017, 07, " + US + CLIENT + IA_WITH_LEASE
                + "00170010 20010db8000000000000000000000053",
        "06, " + CLIENT + IA + "00060000, 07, " + US + CLIENT + IA_WITH_LEASE,
        // Confirm of the lease, and of another address
        "04, " + CLIENT + IA_WITH_LEASE + ", 07, " + US + CLIENT + "000d00020000",
        "04, " + CLIENT + "00030028 00000007 0000000000000000 00050018" + OTHER + "0000000000000000, 07, " + US + CLIENT
                + "000d00020004",
        // Release, Decline: nothing changes
        "08, " + CLIENT + US + IA_WITH_LEASE + ", 07, " + US + CLIENT + "000d00020000",
        "09, " + CLIENT + US + IA_WITH_LEASE + ", 07, " + US + CLIENT + "000d00020000",
        // Information-request, with a name and without
        "0b, " + CLIENT + ASKS + ", 07, " + US + CLIENT + SETTINGS,
        "0b, " + ASKS + ", 07, " + US + SETTINGS,
        "0b, " + US + ASKS + ", 07, " + US + SETTINGS,
        // options that nobody knows
        "0b, 00080002 0000 0010000400000137 " + ASKS + ", 07, " + US + SETTINGS,
    })
    void goodMessagesAreAnswered(String type, String options, String answerType, String answerOptions) {
        assertThat(payload(Answers.to(dhcp6("fe80::2", type + "a1b2c3" + options))))
                .isEqualTo((answerType + "a1b2c3" + answerOptions).replace(" ", ""));
    }

    /** Temporary addresses, prefixes, a second address: there is one lease. */
    @Test
    void otherAssociationsGetNothing() {
        String second = "0003000c 00000008 00000000 00000000";
        String temporary = "00040004 00000009";
        String prefix = "0019000c 0000000a 00000000 00000000";
        assertThat(payload(Answers.to(
                        dhcp6("fe80::2", "01a1b2c3" + CLIENT + temporary + IA + second + prefix + "00060000"))))
                .isEqualTo(("02a1b2c3" + US + CLIENT + HIGHEST + "0004000a 00000009 000d00020002" + IA_WITH_LEASE
                                + "00030012 00000008 0000000000000000 000d00020002"
                                + "00190012 0000000a 0000000000000000 000d00020006")
                        .replace(" ", ""));
    }

    @Test
    void anAddressThatIsNotTheClientsEndsWhenItRenews() {
        String both = "00030044 00000007 0000000000000000 00050018" + OTHER + "0000000000000000 00050018" + LEASE
                + "0000000000000000";
        assertThat(payload(Answers.to(dhcp6("fe80::2", "05a1b2c3" + CLIENT + US + both + "00060000"))))
                .isEqualTo(("07a1b2c3" + US + CLIENT + "00030044 00000007 00000708 00000b40 00050018" + LEASE
                                + "00000e10 00001c20 00050018" + OTHER + "0000000000000000")
                        .replace(" ", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // no client identifier; a server identifier too many, and one too few
                "01a1b2c3" + IA,
                "01a1b2c3" + CLIENT + US + IA,
                "03a1b2c3" + CLIENT + IA,
                "05a1b2c3" + US + IA,
                "06a1b2c3" + CLIENT + US + IA,
                "04a1b2c3" + CLIENT + US + IA_WITH_LEASE,
                "0ba1b2c3" + CLIENT + IA,
                // twice, too short, too long
                "01a1b2c3" + CLIENT + CLIENT + IA,
                "0ba1b2c3 00010002 0001",
                "0ba1b2c3" + ASKS + ASKS,
                "0ba1b2c3 00060003 001700",
                "0ba1b2c3 00010000",
                // lengths that lie
                "01a1b2c3" + CLIENT + "0003000b 00000007 00000000 000000",
                "01a1b2c3" + CLIENT + "00040003 000007",
                "01a1b2c3" + CLIENT + "00030010 00000007 0000000000000000 00050018",
                "01a1b2c3" + CLIENT + "00030010 00000007 0000000000000000 00050000",
                "01a1b2c3" + CLIENT + "0003000d 00000007 0000000000000000 00",
                "0ba1b2c3 ffff ffff",
                "0ba1b2c3 00",
                "0ba1b2",
            })
    void badMessagesAreRefused(String message) {
        assertThat(Answers.to(dhcp6("fe80::2", message))).isEqualTo("MALFORMED_IP");
    }

    @Test
    void aDuidOfMoreThan130OctetsIsRefused() {
        assertThat(Answers.to(dhcp6("fe80::2", "0ba1b2c3 00010082" + "11".repeat(130))))
                .startsWith("60");
        assertThat(Answers.to(dhcp6("fe80::2", "0ba1b2c3 00010083" + "11".repeat(131))))
                .isEqualTo("MALFORMED_IP");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // for another server; what servers and relays send; a Confirm of nothing
                "03a1b2c3" + CLIENT + "0002000c 0003001b0000000000000009" + IA,
                "0ba1b2c3 0002000c 0003001b0000000000000009",
                "02a1b2c3" + CLIENT + US,
                "07a1b2c3" + CLIENT + US,
                "0aa1b2c3",
                "0ca1b2c3",
                "00a1b2c3",
                "ffa1b2c3",
                "04a1b2c3" + CLIENT + IA,
            })
    void othersMessagesAreNotAnswered(String message) {
        assertThat(Answers.to(dhcp6("fe80::2", message))).isEqualTo(Answers.NOT_ANSWERED);
    }

    @ParameterizedTest
    @CsvSource({
        "fe80::2, ff02::1:2, answered",
        "fd00::2, ff02::1:2, answered",
        "fe80::3, ff02::1:2, SPOOFED_SOURCE",
        "fd00::3, ff02::1:2, SPOOFED_SOURCE",
        "::, ff02::1:2, SPOOFED_SOURCE",
        "fe80::2, fe80::1, not answered",
        "fe80::2, ff05::1:3, not answered",
    })
    void addressesAreTheClientsAndAllServers(String source, String destination, String becomes) {
        String answer = Answers.to(udp(source, destination, 546, 547, Octets.fromHex("0ba1b2c3")));
        assertThat(answer.startsWith("60") ? "answered" : answer).isEqualTo(becomes);
        if (answer.startsWith("60")) {
            // from the gateway's link-local address and port to where it came from
            assertThat(answer.substring(16, 48)).isEqualTo("fe800000000000000000000000000001");
            assertThat(answer.substring(48, 88)).endsWith("0000000000000002" + "02230222");
        }
    }

    @Test
    void everyTruncationIsRefused() {
        Octets whole = Octets.fromHex("01a1b2c3" + CLIENT + IA_WITH_LEASE);
        List<Integer> ends = List.of(4, 4 + 18);
        for (int length = 0; length < whole.length(); length++) {
            ByteBuf part = Unpooled.wrappedBuffer(whole.slice(0, length).toByteArray());
            if (!ends.contains(length)) {
                assertThatExceptionOfType(RefusedQuestion.class)
                        .as("%d octets", length)
                        .isThrownBy(() -> Dhcp6Request.decode(part));
            }
        }
    }

    /** RFC 8200 §8.1: "IPv6 receivers must discard UDP packets containing a zero checksum". */
    @Test
    void theChecksumIsThereAndRight() {
        ByteBuf none = dhcp6("fe80::2", "0ba1b2c3");
        assertThat(Answers.to(none.setShort(none.readerIndex() + 46, 0))).isEqualTo("MALFORMED_IP");
        ByteBuf wrong = dhcp6("fe80::2", "0ba1b2c3");
        int at = wrong.readerIndex() + 46;
        assertThat(Answers.to(wrong.setShort(at, wrong.getShort(at) ^ 0x100))).isEqualTo("MALFORMED_IP");
    }

    @Test
    void theLongestAnswerFitsIntoEveryLink() {
        String addresses = ("00050018" + OTHER + "0000000000000000").repeat(9);
        String ia = "0003%04x 00000007 0000000000000000".formatted(12 + 9 * 28) + addresses;
        ClientTerms terms = Answers.terms(
                IntStream.range(1, 40).mapToObj("2001:db8::%x"::formatted).toList(),
                "a".repeat(60) + "." + "b".repeat(60) + "." + "c".repeat(60) + "." + "d".repeat(60),
                "::/0");
        String answer = Answers.to(dhcp6("fe80::2", "06a1b2c3 00010082" + "11".repeat(130) + ia.repeat(4)), terms);
        assertThat(answer.length() / 2).isLessThanOrEqualTo(1280).isGreaterThan(1000);
    }

    @Test
    void aDomainThatNoDnsHoldsIsNotSaid() {
        for (String domain : List.of(
                "", "a..b", "x".repeat(64) + ".example", "spa ce.example", "ü.example", "a.".repeat(127) + "bc")) {
            ClientTerms terms = Answers.terms(List.of(), domain);
            assertThat(payload(Answers.to(dhcp6("fe80::2", "0ba1b2c3"), terms)))
                    .isEqualTo("07a1b2c3" + US.replace(" ", ""));
        }
    }

    @Test
    void nothingUncheckedIsThrown() {
        Answers.nothingUncheckedComesOf(dhcp6("fe80::2", "01a1b2c3" + CLIENT + IA_WITH_LEASE + ASKS));
        byte[] good =
                Octets.fromHex("05a1b2c3" + CLIENT + US + IA_WITH_LEASE + ASKS).toByteArray();
        java.util.Random random = new java.util.Random(6);
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = good.clone();
            damaged[random.nextInt(good.length)] = (byte) random.nextInt();
            damaged[random.nextInt(good.length)] = (byte) random.nextInt();
            assertThat(Answers.to(udp("fe80::2", "ff02::1:2", 546, 547, Octets.of(damaged))))
                    .isNotEmpty();
        }
    }

    private static String payload(String answer) {
        return answer.substring(96);
    }
}
