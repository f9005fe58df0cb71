package io.sallyport.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PacketCipherKnownAnswersTest {
    record Answer(
            String source, Aead aead, String key, String nonce, String plain, String aad, String sealed, String tag) {
        @Override
        public String toString() {
            return source;
        }
    }

    private static final String GCM_PLAIN =
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525"
                    + "b16aedf5aa0de657ba637b39";

    private static final List<Answer> ANSWERS = List.of(
            new Answer(
                    "McGrew and Viega, The Galois/Counter Mode of Operation, appendix B, test case 2",
                    Aead.AES_128_GCM,
                    "00000000000000000000000000000000",
                    "000000000000000000000000",
                    "00000000000000000000000000000000",
                    "",
                    "0388dace60b6a392f328c2b971b2fe78",
                    "ab6e47d42cec13bdf53a67b21257bddf"),
            new Answer(
                    "McGrew and Viega, test case 4",
                    Aead.AES_128_GCM,
                    "feffe9928665731c6d6a8f9467308308",
                    "cafebabefacedbaddecaf888",
                    GCM_PLAIN,
                    "feedfacedeadbeeffeedfacedeadbeefabaddad2",
                    "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa05"
                            + "1ba30b396a0aac973d58e091",
                    "5bc94fbc3221a5db94fae95ae7121a47"),
            new Answer(
                    "McGrew and Viega, test case 13",
                    Aead.AES_256_GCM,
                    "0000000000000000000000000000000000000000000000000000000000000000",
                    "000000000000000000000000",
                    "",
                    "",
                    "",
                    "530f8afbc74536b9a963b4f1c4cb738b"),
            new Answer(
                    "McGrew and Viega, test case 16",
                    Aead.AES_256_GCM,
                    "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
                    "cafebabefacedbaddecaf888",
                    GCM_PLAIN,
                    "feedfacedeadbeeffeedfacedeadbeefabaddad2",
                    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838"
                            + "c5f61e6393ba7a0abcc9f662",
                    "76fc6ece0f4e1768cddf8853bb2d551b"),
            new Answer(
                    "RFC 8439 section 2.8.2",
                    Aead.CHACHA20_POLY1305,
                    "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
                    "070000004041424344454647",
                    "4c616469657320616e642047656e746c656d656e206f662074686520636c617373206f66202739393a20496620492063"
                            + "6f756c64206f6666657220796f75206f6e6c79206f6e652074697020666f7220746865206675747572652c2073"
                            + "756e73637265656e20776f756c642062652069742e",
                    "50515253c0c1c2c3c4c5c6c7",
                    "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b"
                            + "1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b48"
                            + "31d7bc3ff4def08e4b7a9de576d26586cec64b6116",
                    "1ae10b594f09e26a7e902ecbd0600691"));

    static Stream<Arguments> answers() {
        return PacketCiphers.present().stream()
                .flatMap(provider -> ANSWERS.stream().map(answer -> Arguments.of(provider.name(), provider, answer)));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("answers")
    void sealsAndOpensAsPublished(String name, PacketCipherProvider provider, Answer answer) {
        Octets plain = Octets.fromHex(answer.plain);
        Octets aad = Octets.fromHex(answer.aad);
        int dataAt = aad.length();
        int tagAt = dataAt + plain.length();
        byte[] nonce = Octets.fromHex(answer.nonce).toByteArray();
        ByteBuf packet = Unpooled.directBuffer(tagAt + Aead.TAG_OCTETS);
        try (Secret key = Secret.taking(Octets.fromHex(answer.key).toByteArray());
                PacketCipher sealing = provider.sealing(answer.aead, key);
                PacketCipher opening = provider.opening(answer.aead, key)) {
            aad.writeTo(packet);
            plain.writeTo(packet);
            packet.writeZero(Aead.TAG_OCTETS);
            sealing.seal(nonce, packet, dataAt, plain.length(), packet, dataAt, 0, aad.length(), tagAt);
            assertThat(ByteBufUtil.hexDump(packet)).isEqualTo(answer.aad + answer.sealed + answer.tag);
            assertThat(opening.open(nonce, packet, dataAt, plain.length(), 0, aad.length(), tagAt, packet, dataAt))
                    .as(name)
                    .isTrue();
            assertThat(ByteBufUtil.hexDump(packet, dataAt, plain.length())).isEqualTo(answer.plain);
        } finally {
            packet.release();
        }
    }
}
