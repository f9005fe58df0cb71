/** A client of SSTP without a network device, for the demo, the load harness and tests. */
package io.sallyport.sstp.client;
