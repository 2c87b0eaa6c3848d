/**
 * The Flight client.
 *
 * <p>In reading order. What users touch: {@link dev.peregrine.client.FlightClient}, {@link
 * dev.peregrine.client.FlightClientBuilder}, {@link dev.peregrine.client.CallOptions} with {@link
 * dev.peregrine.client.ResponseMetadata} and {@link dev.peregrine.client.CancellationToken}, {@link
 * dev.peregrine.client.FlightIterable}, {@link dev.peregrine.client.FlightPoll}, {@link dev.peregrine.client.FlightPut} with {@link
 * dev.peregrine.client.FlightMetadataReader}, {@link dev.peregrine.client.FlightExchange}, {@link
 * dev.peregrine.client.AsyncFlightClient}, {@link dev.peregrine.client.ClientAuthHandler} and {@link
 * dev.peregrine.client.HeaderPair}. How calls start: {@code ClientConnection}, {@code CallStart}, {@code
 * CallDefaults}, and what a call is: {@link dev.peregrine.client.call}. The builder's part about connections: {@code
 * ConnectionSettings} with {@code ClientTls}. The rest: {@code Handshake}, {@code Availability}, {@code ClientMemory}.
 */
@NullMarked
package dev.peregrine.client;

import org.jspecify.annotations.NullMarked;
