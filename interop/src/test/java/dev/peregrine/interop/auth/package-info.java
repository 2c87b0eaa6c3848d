/**
 * Ready-made authentication with each peer. {@code GuardedServer} is ours, which {@code PyarrowClientAuthTest} and {@code
 * FlightCoreClientAuthTest} talk to; {@code RenewalChecks} are of our client, with the servers of {@code PyarrowServerAuthTest}
 * and {@code FlightCoreServerAuthTest}.
 */
package dev.peregrine.interop.auth;
