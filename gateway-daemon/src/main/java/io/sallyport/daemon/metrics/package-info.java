/** What Prometheus may read. */
package io.sallyport.daemon.metrics;
