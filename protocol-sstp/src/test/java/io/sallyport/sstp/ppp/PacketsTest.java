package io.sallyport.sstp.ppp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.core.octets.Octets;
import io.sallyport.sstp.ppp.PppException.Fault;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The codecs, each with its good and its bad packets. */
class PacketsTest {
    private static final String VALUE_16 = "5b5d7c7d7b3f2f3e3c2c602132262628";
    private static final String VALUE_49 = "21402324255e262a28295f2b3a337c7e" + "00".repeat(8)
            + "82309ecd8d708b5ea08faa3981cd83544233114a3d85d6df" + "00";

    /** A codec: octets in, the same octets out. */
    enum Codec {
        CONTROL,
        PAP,
        CHAP,
        EAP;

        Octets recode(Octets information) throws PppException {
            return switch (this) {
                case CONTROL -> ControlPackets.encode(ControlPackets.decode(information));
                case PAP -> PapPacket.encode(PapPacket.decode(information));
                case CHAP -> ChapPacket.encode(ChapPacket.decode(information));
                case EAP -> EapHeader.decode(information).packet();
            };
        }
    }

    record Packet(Codec codec, String hex) {
        Octets octets() {
            return Octets.fromHex(hex);
        }
    }

    static Packet[] good() {
        return new Packet[] {
            // What Windows asks for: MRU, magic number, both compressions, callback.
            new Packet(Codec.CONTROL, "0100001501040578050612345678070208020d0306"),
            new Packet(Codec.CONTROL, "0101000d010405780305c22381"),
            new Packet(Codec.CONTROL, "02010004"),
            new Packet(Codec.CONTROL, "03070008010405dc"),
            new Packet(Codec.CONTROL, "040800070d0306"),
            new Packet(Codec.CONTROL, "05020004"),
            new Packet(Codec.CONTROL, "0502000862796521"),
            new Packet(Codec.CONTROL, "06020004"),
            new Packet(Codec.CONTROL, "0703000a0c0100060102"),
            new Packet(Codec.CONTROL, "07040004"),
            new Packet(Codec.CONTROL, "0804000a80fd01010004"),
            new Packet(Codec.CONTROL, "090500080badcafe"),
            new Packet(Codec.CONTROL, "0905000a0badcafe0102"),
            new Packet(Codec.CONTROL, "0a0500080badcafe"),
            new Packet(Codec.CONTROL, "0b0500080badcafe"),
            // "MSRASV5.20"
            new Packet(Codec.CONTROL, "0c0600120badcafe4d5352415356352e3230"),
            new Packet(Codec.CONTROL, "0c0600080badcafe"),
            new Packet(Codec.CONTROL, "0d07000c0badcafe00000e10"),
            new Packet(Codec.CONTROL, "0d07000e0badcafe00000e106869"),
            new Packet(Codec.CONTROL, "0e0600080badcafe"),
            new Packet(Codec.PAP, "0101000a027573027077"),
            new Packet(Codec.PAP, "010100060000"),
            new Packet(Codec.PAP, "0201000500"),
            new Packet(Codec.PAP, "03010007026e6f"),
            new Packet(Codec.CHAP, "0101001a10" + VALUE_16 + "6777322e64"),
            new Packet(Codec.CHAP, "0201003a31" + VALUE_49 + "55736572"),
            new Packet(Codec.CHAP, "0201013531" + VALUE_49 + "41".repeat(255)),
            new Packet(Codec.CHAP, "03010004"),
            new Packet(Codec.CHAP, "04010007453d30"),
            new Packet(Codec.CHAP, "0701000600ff"),
            new Packet(Codec.EAP, "0101000501"),
            new Packet(Codec.EAP, "020100090155736572"),
            new Packet(Codec.EAP, "03010004"),
            new Packet(Codec.EAP, "04010004")
        };
    }

    @ParameterizedTest
    @MethodSource("good")
    void goodPacketsComeOutAsTheyWentIn(Packet packet) throws PppException {
        assertThat(packet.codec.recode(packet.octets())).isEqualTo(packet.octets());
    }

    @ParameterizedTest
    @MethodSource("good")
    void paddingIsLeftOut(Packet packet) throws PppException {
        assertThat(packet.codec.recode(Octets.fromHex(packet.hex + "00ff00"))).isEqualTo(packet.octets());
    }

    @ParameterizedTest
    @MethodSource("good")
    void everyTruncationIsRefused(Packet packet) {
        for (int length = 0; length < packet.octets().length(); length++) {
            Octets cut = packet.octets().slice(0, length);
            assertThatThrownBy(() -> packet.codec.recode(cut))
                    .as("%d octets", length)
                    .isInstanceOf(PppException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CONTROL, 01010003, MALFORMED, a length below the header",
        "CONTROL, 01010005, TRUNCATED, a length beyond the frame",
        "CONTROL, 0101000501, TRUNCATED, an option of one octet",
        "CONTROL, 010100060100, MALFORMED, an option with a length of 0",
        "CONTROL, 010100060101, MALFORMED, an option with a length of 1",
        "CONTROL, 0101000801ff05dc, TRUNCATED, an option with a length of 255",
        "CONTROL, 0201000801050000, TRUNCATED, an Ack with an option that is too long",
        "CONTROL, 0801000580, TRUNCATED, a Protocol-Reject of half a protocol",
        "CONTROL, 09010007000000, TRUNCATED, an Echo-Request with a short magic number",
        "CONTROL, 0c010007000000, TRUNCATED, an Identification with a short magic number",
        "CONTROL, 0d01000b00000000000000, TRUNCATED, a Time-Remaining without its seconds",
        "PAP, 01010004, TRUNCATED, a request without a name",
        "PAP, 0101000700ff00, TRUNCATED, a password of 255 octets in one",
        "PAP, 01010007000000, MALFORMED, an octet after the password",
        "PAP, 020100060061, MALFORMED, an octet after the message",
        "PAP, 04010004, MALFORMED, no such code",
        "CHAP, 01010004, TRUNCATED, no value",
        "CHAP, 0101000508, MALFORMED, a challenge of 8 octets",
        "CHAP, 0201000510, MALFORMED, a response of MD5",
        "CHAP, 0201000531, TRUNCATED, a response without its value",
        "CHAP, 05010004, MALFORMED, no such code",
        "EAP, 01010004, TRUNCATED, a request without a type",
        "EAP, 0301000500, MALFORMED, a success with data",
        "EAP, 05010004, MALFORMED, no such code"
    })
    void badPacketsAreRefusedWithTheirReason(Codec codec, String hex, @Nullable Fault fault, String why) {
        if (fault == null) {
            assertThatCode(() -> codec.recode(Octets.fromHex(hex))).doesNotThrowAnyException();
            return;
        }
        assertThatThrownBy(() -> codec.recode(Octets.fromHex(hex)))
                .as(why)
                .isInstanceOfSatisfying(
                        PppException.class, e -> assertThat(e.fault()).isEqualTo(fault));
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void noOctetsThrowAnythingUnchecked(Codec codec) {
        Random random = new Random(3);
        for (int round = 0; round < 50_000; round++) {
            byte[] octets = new byte[random.nextInt(80)];
            random.nextBytes(octets);
            if (octets.length > 4 && round % 2 == 0) {
                octets[0] = (byte) (1 + random.nextInt(14));
                octets[2] = 0;
                octets[3] = (byte) octets.length;
            }
            try {
                codec.recode(Octets.of(octets));
            } catch (PppException expected) {
                // the one way to refuse
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"32, ", "33, TOO_LARGE"})
    void aPacketHasOnlySoManyOptions(int count, @Nullable Fault fault) {
        int length = 4 + 2 * count;
        Octets packet = Octets.fromHex("010100" + Octets.of((byte) length).toHex() + "0702".repeat(count));
        badPacketsAreRefusedWithTheirReason(Codec.CONTROL, packet.toHex(), fault, "options");
    }

    @ParameterizedTest
    @CsvSource({"240, ", "241, TOO_LARGE"})
    void aPacketHasOnlySoManyOctetsOfOptions(int last, @Nullable Fault fault) {
        // A Configure-Reject gives all of them back, and has to fit into what every peer takes: 1500 octets.
        int length = 4 + 5 * 251 + 1 + last;
        Octets octets = Octets.of((byte) (length >> 8), (byte) length);
        String options = ("0dfb" + "aa".repeat(249)).repeat(5) + "0d"
                + Octets.of((byte) (last + 1)).toHex();
        Octets packet = Octets.fromHex("0101" + octets.toHex() + options + "aa".repeat(last - 1));
        badPacketsAreRefusedWithTheirReason(Codec.CONTROL, packet.toHex(), fault, "octets of options");
    }

    @ParameterizedTest
    @CsvSource({"255, ", "256, TOO_LARGE"})
    void aNameHasAtMost255Octets(int octets, @Nullable Fault fault) {
        Octets length = Octets.of((byte) ((54 + octets) >> 8), (byte) (54 + octets));
        String packet = "0201" + length.toHex() + "31" + VALUE_49 + "41".repeat(octets);
        badPacketsAreRefusedWithTheirReason(Codec.CHAP, packet, fault, "a name");
    }
}
