package io.sallyport.core.autoconf;

import static io.sallyport.core.support.TunnelQuestions.dhcp6;
import static io.sallyport.core.support.TunnelQuestions.icmp6;
import static io.sallyport.core.support.TunnelQuestions.inform;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.octets.Octets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 4861, with RFC 4191 and RFC 8106. */
class DiscoveryTest {
    private static final String SOLICIT_ROUTER = "85000000 00000000";
    private static final String SOLICIT_GATEWAY = "87000000 00000000 fe800000000000000000000000000001";
    /** Of the client's address, fd00::2: prefix information, valid for 7200 s, preferred for none. */
    private static final String PREFIX = "03044040 00001c20 00001c20 00000000 fd000000000000000000000000000000";

    private static final String DNS = "19030000 00000708 20010db8000000000000000000000053";
    private static final String DOMAIN = "1f030000 00000708 04636f7270076578616d706c65000000";
    private static final String ROUTE_TO_GATEWAY = "18038000 00000708 fd000000000000000000000000000001";
    private static final String ROUTE = "18023000 00000708 20010db800010000";

    @Test
    void aRouterSolicitationIsAnsweredToItsSender() {
        String answer = Answers.to(icmp6("fe80::2", "ff02::2", 255, SOLICIT_ROUTER));
        assertThat(answer)
                .isEqualTo(ipv6(136, "fe800000000000000000000000000001", "fe800000000000000000000000000002")
                        + message(
                                "8600",
                                answer,
                                "40c0 0000 00000000 00000000",
                                PREFIX,
                                DNS,
                                DOMAIN,
                                ROUTE_TO_GATEWAY,
                                ROUTE));
    }

    @ParameterizedTest
    @CsvSource({
        "fe80::2, ff02::2, fe800000000000000000000000000002",
        "fe80::2, fe80::1, fe800000000000000000000000000002",
        "fd00::2, ff02::2, fd000000000000000000000000000002",
        "::, ff02::2, ff020000000000000000000000000001",
    })
    void sourcesAreTheClientsOrNone(String source, String destination, String answeredTo) {
        String answer = Answers.to(icmp6(source, destination, 255, SOLICIT_ROUTER));
        assertThat(answer.substring(48, 80)).isEqualTo(answeredTo);
        // type, and the hop limit without which nobody would believe it
        assertThat(answer.substring(80, 84)).isEqualTo("8600");
        assertThat(answer.substring(14, 16)).isEqualTo("ff");
    }

    @ParameterizedTest
    @CsvSource({
        // another client's, the gateway's own, or one that goes with no lease
        "fe80::3, ff02::2, 255, 8500000000000000, SPOOFED_SOURCE",
        "fe80::1, ff02::2, 255, 8500000000000000, SPOOFED_SOURCE",
        "fd00::3, ff02::2, 255, 8500000000000000, SPOOFED_SOURCE",
        "fe80:0:0:1::2, ff02::2, 255, 8500000000000000, SPOOFED_SOURCE",
        // forwarded on the way
        "fe80::2, ff02::2, 254, 8500000000000000, MALFORMED_IP",
        "fe80::2, ff02::2, 0, 8500000000000000, MALFORMED_IP",
        // code, length, options of no length, beyond the end, of an address that nobody has
        "fe80::2, ff02::2, 255, 8501000000000000, MALFORMED_IP",
        "fe80::2, ff02::2, 255, 85000000000000, MALFORMED_IP",
        "fe80::2, ff02::2, 255, 850000000000000001, MALFORMED_IP",
        "fe80::2, ff02::2, 255, 8500000000000000 0100000000000000, MALFORMED_IP",
        "fe80::2, ff02::2, 255, 8500000000000000 0102000000000000, MALFORMED_IP",
        "::, ff02::2, 255, 8500000000000000 0101000000000000, MALFORMED_IP",
        // of other routers
        "fe80::2, ff02::1, 255, 8500000000000000, not answered",
        "fe80::2, fe80::9, 255, 8500000000000000, not answered",
        // no solicitations: advertisements and a redirect
        "fe80::2, ff02::1, 255, 86000000000000000000000000000000, not answered",
        "fe80::2, ff02::1, 255, 88000000000000000000000000000000, not answered",
        "fe80::2, ff02::1, 255, 8900000000000000, not answered",
    })
    void badRouterSolicitationsGetNoAnswer(
            String source, String destination, int hops, String message, String becomes) {
        assertThat(Answers.to(icmp6(source, destination, hops, message))).isEqualTo(becomes);
    }

    @Test
    void anOptionOfTheClientsChangesNothing() {
        String answer = Answers.to(icmp6("fe80::2", "ff02::2", 255, SOLICIT_ROUTER + "0101525354000001"));
        assertThat(answer).isEqualTo(Answers.to(icmp6("fe80::2", "ff02::2", 255, SOLICIT_ROUTER)));
    }

    @Test
    void aWrongChecksumOrATruncationIsRefused() {
        for (int bit = 0; bit < 8 * 8; bit++) {
            ByteBuf packet = icmp6("fe80::2", "ff02::2", 255, SOLICIT_ROUTER);
            int at = packet.readerIndex() + 40 + bit / 8;
            packet.setByte(at, packet.getByte(at) ^ 1 << bit % 8);
            assertThat(Answers.to(packet)).as("bit %d", bit).isIn("MALFORMED_IP", Answers.NOT_ANSWERED);
        }
        for (int octets = 0; octets < 40 + 24; octets++) {
            ByteBuf packet = icmp6("fe80::2", "ff02::1:ff00:1", 255, SOLICIT_GATEWAY);
            assertThat(Answers.to(packet.writerIndex(packet.readerIndex() + octets)))
                    .as("%d octets", octets)
                    .isEqualTo("MALFORMED_IP");
        }
        for (int octets = 1; octets < 24; octets++) {
            String part = SOLICIT_GATEWAY.replace(" ", "").substring(0, octets * 2);
            if (octets >= 4) {
                assertThat(Answers.to(icmp6("fe80::2", "ff02::1:ff00:1", 255, part)))
                        .isEqualTo("MALFORMED_IP");
            }
        }
    }

    @Test
    void whoRoutesAllThroughTheGatewayHasItAsDefaultRouter() {
        ClientTerms terms = Answers.terms(List.of(), "", "::/0", "2001:db8:1::/48");
        String answer = Answers.to(icmp6("fe80::2", "ff02::2", 255, SOLICIT_ROUTER), terms);
        assertThat(answer).endsWith(("40c0 0708 00000000 00000000" + PREFIX + ROUTE).replace(" ", ""));
    }

    @Test
    void aClientThatTakesDhcp6MakesNothingTemporaryOfThePrefix() {
        ClientTerms terms = Answers.terms().withDhcp6(true);
        String answer = Answers.to(icmp6("fe80::2", "ff02::2", 255, SOLICIT_ROUTER), terms);
        String deprecated = "03044040 00001c20 00000000 00000000 fd000000000000000000000000000000";
        assertThat(answer).contains(deprecated.replace(" ", ""));
    }

    @Test
    void whatDoesNotFitIsLeftOutAtTheEnd() {
        String[] routes = IntStream.range(0, 200)
                .mapToObj(i -> "2001:db8:%x::/48".formatted(i))
                .toArray(String[]::new);
        ClientTerms terms = Answers.terms(List.of("2001:db8::53"), "corp.example", routes);
        Reply reply = RouterAdvertisement.encode(terms, Link.ALL_NODES, 1400);
        int length = reply.packet().readableBytes();
        reply.packet().release();
        assertThat(length).isLessThanOrEqualTo(1280).isGreaterThan(1280 - 16);
        assertThat(reply.omittedRoutes()).isEqualTo(201 - (1280 - 40 - 16 - 32 - 24 - 24 - 24 + 24 - 8 + 8) / 16);
    }

    @Test
    void theUnsolicitedOneGoesToAllNodesWithRoomAroundIt() {
        ByteBuf packet = RouterAdvertisement.unsolicited(Answers.terms(), 1400);
        Octets octets = Octets.read(packet.slice());
        assertThat(packet.readerIndex()).isGreaterThanOrEqualTo(64);
        assertThat(packet.writableBytes()).isGreaterThanOrEqualTo(64);
        packet.release();
        assertThat(octets.toHex()).isEqualTo(Answers.to(icmp6("::", "ff02::2", 255, SOLICIT_ROUTER)));
    }

    /** To ff02::1:ff00:1 (RFC 4861 §7.2.2), or to the gateway's address itself, a probe that it is still there. */
    @ParameterizedTest
    @CsvSource({
        "fe80::2, ff02::1:ff00:1, fe800000000000000000000000000001, e0, fe800000000000000000000000000002",
        "fe80::2, fe80::1, fe800000000000000000000000000001, e0, fe800000000000000000000000000002",
        "fd00::2, ff02::1:ff00:1, fd000000000000000000000000000001, e0, fd000000000000000000000000000002",
        "::, ff02::1:ff00:1, fd000000000000000000000000000001, a0, ff020000000000000000000000000001",
    })
    void theGatewayIsANeighbour(String source, String destination, String target, String flags, String answeredTo) {
        String answer = Answers.to(icmp6(source, destination, 255, "8700000000000000" + target));
        assertThat(answer).isEqualTo(ipv6(24, target, answeredTo) + message("8800", answer, flags + "000000", target));
    }

    @ParameterizedTest
    @CsvSource({
        // its own address, which it tests for duplicates; another client's
        "::, ff02::1:ff00:2, 8700000000000000fd000000000000000000000000000002, not answered",
        "fe80::2, ff02::1:ff00:3, 8700000000000000fd000000000000000000000000000003, not answered",
        "fe80::3, ff02::1:ff00:1, 8700000000000000fd000000000000000000000000000001, SPOOFED_SOURCE",
        "fe80::2, ff02::1:ff00:1, 8700000000000000ff020000000000000000000000000001, MALFORMED_IP",
        "fe80::2, ff02::1:ff00:9, 8700000000000000fd000000000000000000000000000001, MALFORMED_IP",
        "::, fd00::1, 8700000000000000fd000000000000000000000000000001, MALFORMED_IP",
        "::, ff02::1:ff00:1, 8700000000000000fd0000000000000000000000000000010101525354000001, MALFORMED_IP",
    })
    void badNeighbourSolicitationsGetNoAnswer(String source, String destination, String message, String becomes) {
        assertThat(Answers.to(icmp6(source, destination, 255, message))).isEqualTo(becomes);
    }

    @Test
    void nothingUncheckedIsThrown() {
        Answers.nothingUncheckedComesOf(icmp6("fe80::2", "ff02::2", 255, SOLICIT_ROUTER + "0101525354000001"));
        Answers.nothingUncheckedComesOf(icmp6("fe80::2", "ff02::1:ff00:1", 255, SOLICIT_GATEWAY));
    }

    @Test
    void aFamilyThatTheClientDoesNotHaveIsNotSpokenOf() {
        ClientTerms all = Answers.terms();
        ClientTerms noLease =
                new ClientTerms(null, all.gatewayIpv4(), null, all.gatewayIpv6(), all.dns(), null, all.routes());
        ClientTerms noGateway = new ClientTerms(all.ipv4(), null, all.ipv6(), null, all.dns(), null, all.routes());
        for (ClientTerms terms : List.of(noLease, noGateway)) {
            assertThat(terms.hasIpv6()).isFalse();
            assertThat(Answers.to(icmp6("::", "ff02::2", 255, SOLICIT_ROUTER), terms))
                    .isEqualTo(Answers.NOT_ANSWERED);
            assertThat(Answers.to(dhcp6("fd00::2", "0ba1b2c3"), terms)).isEqualTo(Answers.NOT_ANSWERED);
            assertThat(Answers.to(inform("10.8.0.2", "350108ff"), terms)).isEqualTo(Answers.NOT_ANSWERED);
        }
    }

    /** A fixed address of another pool may end like the gateway's. */
    @Test
    void theGatewaysIdentifierIsNeverTheClients() {
        ClientTerms terms = Answers.terms();
        ClientTerms same =
                new ClientTerms(null, null, terms.gatewayIpv6(), terms.gatewayIpv6(), List.of(), null, List.of());
        assertThat(terms.interfaceId()).isEqualTo(2);
        assertThat(terms.gatewayInterfaceId()).isEqualTo(1);
        assertThat(same.gatewayInterfaceId()).isEqualTo(0x0200_0000_0000_0001L);
    }

    private static String ipv6(int payload, String source, String destination) {
        return "60000000%04x3aff".formatted(payload) + source + destination;
    }

    /** With the checksum of the answer, which is looked at elsewhere. */
    private static String message(String typeAndCode, String answer, String... rest) {
        return typeAndCode + answer.substring(84, 88) + String.join("", rest).replace(" ", "");
    }
}
