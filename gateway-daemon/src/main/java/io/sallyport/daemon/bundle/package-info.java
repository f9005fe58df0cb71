/** The diagnostic archive: what somebody else needs to see what is wrong with a gateway, and nothing secret. */
package io.sallyport.daemon.bundle;
