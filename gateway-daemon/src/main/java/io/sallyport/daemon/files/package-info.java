/** Files that only their owner may read, written whole or not at all. */
package io.sallyport.daemon.files;
