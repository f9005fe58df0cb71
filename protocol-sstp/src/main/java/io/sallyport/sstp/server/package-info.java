/** SSTP's server: what speaks inside of TLS on the shared port ({@code core.port443.TlsApplication}). */
package io.sallyport.sstp.server;
