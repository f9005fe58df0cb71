/** The daemon: main(), and the wiring of configuration, core and protocols. */
package io.sallyport.daemon;
