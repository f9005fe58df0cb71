package io.sallyport.sstp.ppp;

/** Numbers of the PPP protocol field (RFC 1661 §2, IANA's PPP numbers). */
public final class PppProtocol {
    public static final int IPV4 = 0x0021;
    public static final int IPV6 = 0x0057;
    public static final int IPCP = 0x8021;
    public static final int IPV6CP = 0x8057;
    public static final int LCP = 0xc021;
    public static final int PAP = 0xc023;
    public static final int CHAP = 0xc223;
    public static final int EAP = 0xc227;

    private PppProtocol() {}

    /** RFC 1661 §2: the last octet is odd, the first even, so that the end of the field can be seen. */
    static boolean isNumber(int protocol) {
        return (protocol & 0xffff0101) == 0x0001;
    }
}
