package io.sallyport.core.autoconf;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.support.TunnelQuestions;

/** The options of a DHCP message, whose fixed fields are of no more interest. */
class DhcpInformFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void everyMessageIsReadOrRefused(byte[] options) {
        byte[] message =
                TunnelQuestions.dhcp("0a080002", Octets.of(options).toHex()).toByteArray();
        try {
            DhcpInform inform = DhcpInform.decode(Unpooled.wrappedBuffer(message));
            if (inform != null) {
                DhcpAck.encode(
                                inform,
                                Answers.terms(),
                                java.util.Objects.requireNonNull(Answers.terms().gatewayIpv4()),
                                1400)
                        .packet()
                        .release();
            }
        } catch (RefusedQuestion expected) {
            // the one way to refuse
        }
    }
}
