/** The running daemon's ear for the operator: a Unix socket in the state directory, one JSON request and one answer a connection. */
package io.sallyport.daemon.admin;
