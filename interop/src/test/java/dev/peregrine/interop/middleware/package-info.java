/**
 * Middleware of each peer with that of each other: which headers and trailers arrive, that each call is completed once, and
 * calls that middleware refuses. {@code Steps} are what it was told. {@code ClientSteps} is ours, which {@code
 * MiddlewareChecks} puts before {@code PyarrowServerMiddlewareTest} and {@code FlightCoreServerMiddlewareTest}; {@code
 * ServerSteps} is ours too, for {@code PyarrowClientMiddlewareTest} and {@code FlightCoreClientMiddlewareTest}.
 */
package dev.peregrine.interop.middleware;
