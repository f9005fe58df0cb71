/** IKEv2 (RFC 7296) and ESP in UDP (RFC 3948): {@code DatagramReceiver}s on UDP 500 and 4500. Not built yet: ARCHITECTURE.md shows where it goes. */
package io.sallyport.ikev2;
