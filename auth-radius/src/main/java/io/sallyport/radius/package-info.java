/** RADIUS (RFC 2865) as an {@code Authenticator}. Not built yet: ARCHITECTURE.md shows where it goes. */
package io.sallyport.radius;
