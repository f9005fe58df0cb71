package io.sallyport.sstp.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What Windows needs and others do not, on the stream that it comes on. */
@Timeout(120)
class WindowsClientTest {
    /** Prefix information (RFC 4861 §4.6.2) up to the preferred lifetime: valid for two hours, autonomous. */
    private static final String PREFIX = "03044040" + "00001c20";

    /** It has its IPv6 address from DHCPv6, so it must prefer none that it makes itself. */
    @Test
    void prefersNoAddressOfItsOwnHowOftenItIdentifiesItself() throws Exception {
        try (SstpSite site = new SstpSite();
                RawPpp windows = new RawPpp(site)) {
            windows.open();
            // Identification: "MSRASV5.20", "MSRAS-0-COMPUTER", and 16 octets that are no text
            windows.send("c021", "0c02001212345678" + "4d5352415356352e3230");
            windows.send("c021", "0c03001812345678" + "4d535241532d302d434f4d5055544552");
            windows.send("c021", "0c04001812345678" + "ea27c1f9a5d04c42b0937e1d8f6a00ff");
            assertThat(advertisement(windows)).contains(PREFIX + "00000000");
        }
    }

    @Test
    void othersMakeTheirAddressThemselves() throws Exception {
        try (SstpSite site = new SstpSite();
                RawPpp other = new RawPpp(site)) {
            assertThat(advertisement(other.open())).contains(PREFIX + "00001c20");
        }
    }

    /** Alice comes in with IPV6CP alone, and hears the first router advertisement. */
    private static String advertisement(RawPpp client) throws Exception {
        client.password("right").bind();
        String request = client.await("8057", "01");
        client.send("8057", "02" + request.substring(2));
        client.send("8057", "0101000e" + "010a0000000000000000");
        String nak = client.await("8057", "0301");
        client.send("8057", "0102000e" + nak.substring(8));
        client.await("8057", "0202");
        return client.await("0057", "6");
    }
}
