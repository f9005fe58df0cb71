/** SSTP (MS-SSTP) and PPP (RFC 1661): a {@code StreamProtocol} on the shared TCP port. Not built yet: ARCHITECTURE.md shows where it goes. */
package io.sallyport.sstp;
