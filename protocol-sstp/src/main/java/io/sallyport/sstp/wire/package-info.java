/** SSTP's octets (MS-SSTP §2.2): the HTTP head, packets in a stream, control messages, and the crypto binding's computation. */
package io.sallyport.sstp.wire;
