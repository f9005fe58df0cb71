package io.sallyport.sstp.ppp;

/** A way for the client to say who it is, as LCP's Authentication-Protocol option names it (RFC 1661 §6.2). */
public enum AuthProtocol {
    /** RFC 1334: the password itself, in a tunnel that the gateway's certificate protects. Binds nothing to the tunnel. */
    PAP,
    /** RFC 2759: CHAP with algorithm 0x81. */
    MS_CHAP_V2,
    /** RFC 3748. */
    EAP
}
