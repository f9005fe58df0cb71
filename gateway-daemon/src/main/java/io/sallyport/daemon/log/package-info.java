/** What the daemon writes to standard output. */
package io.sallyport.daemon.log;
