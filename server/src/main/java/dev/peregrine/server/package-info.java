/**
 * The Flight server.
 *
 * <p>In reading order. What users touch: {@link dev.peregrine.server.FlightService}, {@link
 * dev.peregrine.server.ServerCall}, {@link dev.peregrine.server.PutResults}, {@link dev.peregrine.server.FlightServer}, {@link
 * dev.peregrine.server.FlightServerBuilder}. A call's way: {@code FlightRouter}, {@code RequestCollector} with {@code
 * RequestDecoder}, {@code ServiceThreads}, {@code ServiceCall} with {@code HeadersFirst}, {@code HandshakePayloads}. Which
 * calls run: {@code RunningCalls}.
 */
@NullMarked
package dev.peregrine.server;

import org.jspecify.annotations.NullMarked;
