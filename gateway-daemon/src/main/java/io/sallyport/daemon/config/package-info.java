/**
 * The configuration file: read as a tree with positions, bound to {@link io.sallyport.daemon.config.GatewayConfig}, checked against the
 * host. Every mistake is collected with its line and column, so that one {@code check} shows them all.
 */
package io.sallyport.daemon.config;
