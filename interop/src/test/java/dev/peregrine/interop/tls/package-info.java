/**
 * Each way of TLS with each peer, in both directions, and what is said when it is the wrong one: {@code TlsChecks} are of our client,
 * {@code IdentityService} is our server; {@code PyarrowTlsTest} and {@code FlightCoreTlsTest} bring the others.
 */
package dev.peregrine.interop.tls;
