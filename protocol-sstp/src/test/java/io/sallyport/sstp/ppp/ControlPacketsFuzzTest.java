package io.sallyport.sstp.ppp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sallyport.core.octets.Octets;
import io.sallyport.sstp.ppp.ConfigPolicy.Judgement;
import io.sallyport.sstp.ppp.ControlPacket.Configure;
import java.util.List;

/** Packets of LCP, IPCP and IPV6CP, and what each of these protocols thinks of their options. */
class ControlPacketsFuzzTest {
    private static final NetworkTerms NETWORK = ServerEnd.network();

    @FuzzTest(maxDuration = "60s")
    void everyPacketIsReadOrRefusedAndEveryOptionJudged(byte[] octets) {
        Octets information = Octets.of(octets);
        ControlPacket packet;
        try {
            packet = ControlPackets.decode(information);
        } catch (PppException expected) {
            // the one way to refuse
            return;
        }
        Octets again = ControlPackets.encode(packet);
        assertThat(again).isEqualTo(information.slice(0, again.length()));
        if (packet instanceof Configure configure) {
            lcp(configure.options());
            ipcp(configure.options());
            ipv6cp(configure.options());
        }
    }

    private static void lcp(List<ConfigOption> options) {
        AuthDemand demand = new AuthDemand(List.of(AuthProtocol.values()));
        LcpPolicy policy = LcpPolicy.ofServer(1400, ServerEnd.random(7), demand);
        policy.begin();
        if (isAgreed(policy, options)) {
            assertThat(policy.sendMru()).isBetween(576, 1400);
            assertThat(ConfigOption.listed(options, AuthOption.TYPE))
                    .as("the gateway says who it is")
                    .isFalse();
        }
        try {
            policy.naked(options);
            assertThat(demand.current()).isNotNull();
            policy.rejected(options);
        } catch (NoAgreementException expected) {
            // a client that wants to say nothing of itself
        }
        assertThat(ConfigOption.listed(policy.request(), AuthOption.TYPE))
                .as("asks who is there")
                .isEqualTo(demand.current() != null);
    }

    private static void ipcp(List<ConfigOption> options) {
        IpcpServerPolicy policy =
                new IpcpServerPolicy(ServerEnd.address("10.1.0.5"), ServerEnd.address("10.1.0.1"), NETWORK.dns());
        policy.begin();
        if (isAgreed(policy, options)) {
            assertThat(options).contains(IpcpOptions.of(IpcpOptions.ADDRESS, ServerEnd.address("10.1.0.5")));
        }
        policy.naked(options);
        policy.rejected(options);
    }

    private static void ipv6cp(List<ConfigOption> options) {
        Ipv6cpServerPolicy policy = new Ipv6cpServerPolicy(NETWORK.interfaceId(), NETWORK.gatewayInterfaceId());
        policy.begin();
        if (isAgreed(policy, options)) {
            assertThat(options).containsExactly(ConfigOption.ofLong(1, NETWORK.interfaceId()));
        }
        policy.naked(options);
        policy.rejected(options);
    }

    private static boolean isAgreed(ConfigPolicy policy, List<ConfigOption> options) {
        Judgement judgement = policy.judge(options);
        // RFC 1661 §5.4: what is rejected comes back as it was.
        assertThat(options.containsAll(judgement.rejects())).isTrue();
        // Nobody is told to ask for what he asks for. (Only what is not rejected is Nak'd, RFC 1661 §5.3.)
        assertThat(judgement.rejects().isEmpty() && judgement.naks().stream().anyMatch(options::contains))
                .isFalse();
        boolean agreed = judgement.rejects().isEmpty() && judgement.naks().isEmpty();
        if (agreed) {
            policy.acknowledged(options);
        }
        return agreed;
    }
}
