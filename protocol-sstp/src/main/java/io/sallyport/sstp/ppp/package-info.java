/** PPP (RFC 1661) as SSTP carries it: no HDLC framing, no checksum. Without I/O, clock, threads or randomness of its own. */
package io.sallyport.sstp.ppp;
