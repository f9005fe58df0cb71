package io.sallyport.core.autoconf;

import static io.sallyport.core.support.TunnelQuestions.WINDOWS_OPTIONS;
import static io.sallyport.core.support.TunnelQuestions.dhcp;
import static io.sallyport.core.support.TunnelQuestions.inform;
import static io.sallyport.core.support.TunnelQuestions.udp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.worker.Verdict;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 2131, RFC 2132, RFC 3396. */
class DhcpInformTest {
    private static final String ALICE = "0a080002";

    @ParameterizedTest
    @CsvSource({
        // message type alone
        "350108ff, -, 576",
        // padding between and after
        "00 00 350108 00 ff 00 00, -, 576",
        // a list, and in two pieces
        "350108 3703010679 ff, 010679, 576",
        "350108 37020106 390205dc 370179 ff, 010679, 1500",
        // the smallest size there is, and one below it
        "350108 39020240 ff, -, 576",
        "350108 39020001 ff, -, 576",
        "350108 3902ffff ff, -, 65535",
        // vendor's own, site's own, empty
        "350108 dc03aabbcc 3c00 e000 ff, -, 576",
    })
    void goodOnesAreRead(String options, String requested, int maxMessageSize) throws RefusedQuestion {
        DhcpInform inform = Objects.requireNonNull(decode(dhcp(ALICE, options)));
        assertThat(inform.xid()).isEqualTo(0x3903f326);
        assertThat(inform.ciaddr()).isEqualTo(0x0a080002);
        assertThat(inform.hardwareType()).isEqualTo(8);
        assertThat(inform.hardwareLength()).isEqualTo(6);
        assertThat(inform.chaddr()).isEqualTo(Octets.fromHex("52535400000100000000000000000000"));
        assertThat(String.valueOf(inform.requested())).isEqualTo(requested.equals("-") ? "null" : requested);
        assertThat(inform.maxMessageSize()).isEqualTo(maxMessageSize);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // no end; no type; a type of 0 and of 2 octets; twice
                "350108",
                "ff",
                "3500ff",
                "35020808ff",
                "350108350108ff",
                // lengths that lie
                "350108 37ff01 ff",
                "350108 37",
                "350108 3702 ff",
                "35ff08",
                // sizes of 1 and 3 octets
                "350108 390105 ff",
                "350108 39030005dc ff",
            })
    void badOptionsAreRefused(String options) {
        assertThatExceptionOfType(RefusedQuestion.class)
                .isThrownBy(() -> decode(dhcp(ALICE, options)))
                .matches(refused -> refused.verdict() == Verdict.MALFORMED_IP);
    }

    @ParameterizedTest
    @CsvSource({"0, 2", "2, 17", "24, 10", "236, 0"})
    void badFixedFieldsAreRefused(int at, int value) {
        byte[] message = dhcp(ALICE, "350108ff").toByteArray();
        message[at] = (byte) value;
        assertThatExceptionOfType(RefusedQuestion.class).isThrownBy(() -> decode(Octets.of(message)));
    }

    @Test
    void everyTruncationIsRefused() {
        Octets whole = dhcp(ALICE, WINDOWS_OPTIONS);
        for (int length = 0; length < whole.length(); length++) {
            Octets part = whole.slice(0, length);
            assertThatExceptionOfType(RefusedQuestion.class)
                    .as("%d octets", length)
                    .isThrownBy(() -> decode(part));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 9, 255})
    void otherMessagesAreNone(int type) throws RefusedQuestion {
        assertThat(decode(dhcp(ALICE, "3501%02xff".formatted(type)))).isNull();
    }

    @Test
    void nothingUncheckedIsThrown() {
        Answers.nothingUncheckedComesOf(inform("10.8.0.2", WINDOWS_OPTIONS));
        Random random = new Random(5);
        byte[] good = dhcp(ALICE, WINDOWS_OPTIONS).toByteArray();
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = good.clone();
            for (int change = 0; change < 3; change++) {
                damaged[240 + random.nextInt(good.length - 240)] = (byte) random.nextInt();
            }
            assertThatCode(() -> decodeOrRefuse(damaged)).doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "10.8.0.2, 255.255.255.255, 0a080002, answered",
        "10.8.0.2, 10.8.0.1, 0a080002, answered",
        // somebody else's address, or none
        "10.8.0.2, 255.255.255.255, 0a080003, SPOOFED_SOURCE",
        "10.8.0.2, 255.255.255.255, 00000000, SPOOFED_SOURCE",
        "10.8.0.3, 255.255.255.255, 0a080002, SPOOFED_SOURCE",
        "10.20.0.1, 255.255.255.255, 0a140001, SPOOFED_SOURCE",
        // somebody else's server
        "10.8.0.2, 10.8.0.255, 0a080002, not answered",
        "10.8.0.2, 10.8.0.3, 0a080002, not answered",
    })
    void addressesAreTheLeaseAndTheGateway(String source, String destination, String ciaddr, String becomes) {
        String answer = Answers.to(udp(source, destination, 68, 67, dhcp(ciaddr, "350108ff")));
        assertThat(becomes.equals("answered") ? "answered" : answer).isEqualTo(becomes);
        assertThat(answer.startsWith("45")).isEqualTo(becomes.equals("answered"));
    }

    @Test
    void aFragmentOrAnotherPortIsNoQuestion() {
        for (int fragment : new int[] {0x2000, 0x0001, 0x3fff}) {
            ByteBuf packet = inform("10.8.0.2", "350108ff");
            packet.setShort(packet.readerIndex() + 6, fragment);
            assertThat(Answers.to(packet)).isEqualTo(Answers.NOT_ANSWERED);
        }
        Octets message = dhcp(ALICE, "350108ff");
        assertThat(Answers.to(udp("10.8.0.2", "10.8.0.1", 67, 67, message))).isEqualTo(Answers.NOT_ANSWERED);
        assertThat(Answers.to(udp("10.8.0.2", "10.8.0.1", 68, 53, message))).isEqualTo(Answers.NOT_ANSWERED);
    }

    /** RFC 768: zero means that the sender made none. */
    @Test
    void theChecksumIsRightOrNone() {
        ByteBuf wrong = inform("10.8.0.2", "350108ff");
        int checksum = wrong.readerIndex() + 26;
        wrong.setByte(checksum, wrong.getByte(checksum) ^ 1);
        assertThat(Answers.to(wrong)).isEqualTo("MALFORMED_IP");
        ByteBuf none = inform("10.8.0.2", "350108ff").setShort(checksum, 0);
        assertThat(Answers.to(none)).startsWith("45");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 8, 1000, 65535})
    void aUdpLengthThatLiesIsRefused(int length) {
        ByteBuf packet = inform("10.8.0.2", "350108ff");
        int udp = packet.readerIndex() + 20;
        packet.setShort(udp + 4, length).setShort(udp + 6, 0);
        assertThat(Answers.to(packet)).isEqualTo("MALFORMED_IP");
    }

    private static @org.jspecify.annotations.Nullable DhcpInform decode(Octets message) throws RefusedQuestion {
        return DhcpInform.decode(Unpooled.wrappedBuffer(message.toByteArray()));
    }

    private static void decodeOrRefuse(byte[] message) {
        try {
            DhcpInform.decode(Unpooled.wrappedBuffer(message));
        } catch (RefusedQuestion expected) {
            // the one way to refuse
        }
    }
}
