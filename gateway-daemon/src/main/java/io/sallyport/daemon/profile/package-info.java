/** What clients are given: configuration files with everything inside. */
package io.sallyport.daemon.profile;
