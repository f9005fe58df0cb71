/** Puts configuration, core and protocols together. */
package io.sallyport.daemon.wiring;
