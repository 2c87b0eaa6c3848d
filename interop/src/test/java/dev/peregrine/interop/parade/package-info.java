/**
 * Something for each call of Flight, done alike by all peers, and the checks of it:
 *
 * <ul>
 *   <li>What all peers serve: {@code Parade} has the data; {@code ParadeService} (ours, with {@code ParadeBatches} and {@code
 *       ParadeActions}), {@code FlightCoreParade} (with {@code FlightCoreParadeBatches} and {@code FlightCoreParadeActions})
 *       and {@code python/server.py} do the same things under the same names. {@code Cancellations} are what clients ask about.
 *   <li>Our client: {@code PeerServer} is a server to check, {@code InfoChecks}, {@code PollChecks}, {@code GetChecks}, {@code
 *       PutChecks}, {@code ExchangeChecks}, {@code ActionChecks} and {@code AuthChecks} are the checks, {@code PeerTest} puts
 *       them together for {@code PyarrowServerTest}, {@code FlightCoreServerTest} and {@code OwnServerTest}.
 *   <li>Our server: {@code PyarrowClientTest} ({@code python/client_checks.py}), {@code FlightCoreClientTest} and {@code
 *       FlightCoreClientCallsTest}, on {@code FlightCoreClientSetup}.
 * </ul>
 */
package dev.peregrine.interop.parade;
