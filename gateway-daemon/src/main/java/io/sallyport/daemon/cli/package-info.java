/** The commands, as the operator types them. */
package io.sallyport.daemon.cli;
