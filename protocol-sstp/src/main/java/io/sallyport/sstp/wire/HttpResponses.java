package io.sallyport.sstp.wire;

import io.sallyport.core.octets.Octets;
import java.nio.charset.StandardCharsets;

/** The answers to an HTTP head. They name no product, and nothing that differs between gateways. */
public final class HttpResponses {
    /** The stream of SSTP packets follows, MS-SSTP §4.1. */
    public static final Octets SSTP = of("200 OK", "Content-Length: " + HttpHead.CONTENT_LENGTH);

    public static final Octets NOT_FOUND = of("404 Not Found", "Content-Length: 0\r\nConnection: close");
    public static final Octets BAD_REQUEST = of("400 Bad Request", "Content-Length: 0\r\nConnection: close");

    private HttpResponses() {}

    private static Octets of(String status, String headers) {
        String head = "HTTP/1.1 " + status + "\r\n" + headers + "\r\n\r\n";
        return Octets.of(head.getBytes(StandardCharsets.US_ASCII));
    }
}
