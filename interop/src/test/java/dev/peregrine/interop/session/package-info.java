/**
 * Cookies, sessions and the specification's own actions with each peer, in both directions: {@code FlightCoreActionsTest} has the
 * messages, {@code FlightCoreClientSessionsTest}, {@code FlightCoreServerSessionsTest} and {@code PyarrowSessionsTest} have the
 * sessions.
 */
package dev.peregrine.interop.session;
