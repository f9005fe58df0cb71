package io.sallyport.sstp.ppp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sallyport.core.octets.Octets;
import io.sallyport.sstp.ppp.ChapPacket.Failure;
import io.sallyport.sstp.ppp.ChapPacket.Response;
import io.sallyport.sstp.ppp.ChapPacket.Success;
import io.sallyport.sstp.ppp.PapPacket.AuthenticateRequest;
import java.nio.charset.StandardCharsets;

/** Packets of CHAP, PAP and EAP, which begin alike: the first octet says which it is. */
class AuthPacketsFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void everyPacketIsReadOrRefused(byte[] octets) {
        if (octets.length == 0) {
            return;
        }
        Octets information = Octets.of(octets).slice(1, octets.length);
        try {
            switch (octets[0] & 3) {
                case 0 -> chap(information);
                case 1 -> pap(information);
                default -> eap(information);
            }
        } catch (PppException expected) {
            // the one way to refuse
        }
    }

    private static void chap(Octets information) throws PppException {
        ChapPacket packet = ChapPacket.decode(information);
        comesOutAgain(ChapPacket.encode(packet), information);
        switch (packet) {
            case Response response -> {
                assertThat(response.peerChallenge().length()).isEqualTo(16);
                assertThat(response.ntResponse().length()).isEqualTo(24);
                assertThat(response.name().length()).isLessThanOrEqualTo(255);
            }
            case Success success -> MsChapV2Messages.proof(text(success.message()));
            case Failure failure -> {
                String text = text(failure.message());
                assertThat(MsChapV2Messages.errorCode(text)).isNotNegative();
                Octets challenge = MsChapV2Messages.challenge(text);
                assertThat(challenge == null || challenge.length() == 16).isTrue();
                MsChapV2Messages.mayRetry(text);
                assertThat(MsChapV2Messages.mayRetry(MsChapV2Messages.withoutRetry(text)))
                        .isFalse();
            }
            case ChapPacket.Challenge _, ChapPacket.ChangePassword _ -> {}
        }
    }

    private static void pap(Octets information) throws PppException {
        PapPacket packet = PapPacket.decode(information);
        Octets again = PapPacket.encode(packet);
        if (packet instanceof AuthenticateRequest request) {
            comesOutAgain(again, information);
            assertThat(request.password().length()).isLessThanOrEqualTo(255);
            request.password().close();
        } else {
            // The length of an empty message may be left out.
            assertThat(PapPacket.decode(again)).isEqualTo(packet);
        }
    }

    private static void eap(Octets information) throws PppException {
        EapHeader header = EapHeader.decode(information);
        comesOutAgain(header.packet(), information);
        assertThat(header.code()).isBetween(1, 4);
    }

    private static void comesOutAgain(Octets again, Octets information) {
        assertThat(again).isEqualTo(information.slice(0, again.length()));
    }

    private static String text(Octets message) {
        return new String(message.toByteArray(), StandardCharsets.UTF_8);
    }
}
