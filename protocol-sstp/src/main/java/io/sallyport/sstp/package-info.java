/** SSTP (MS-SSTP) and PPP (RFC 1661): what speaks inside of TLS on the shared TCP port. */
package io.sallyport.sstp;
