/** Certificates and keys: PEM files, the built-in authority, what it issued and what was revoked. */
package io.sallyport.daemon.pki;
