/**
 * The Flight server.
 *
 * <p>In reading order. What users touch: {@link dev.peregrine.server.FlightService}, {@link
 * dev.peregrine.server.ServerCall}, {@link dev.peregrine.server.ServerMiddleware} with {@link
 * dev.peregrine.server.ServerSession}, {@link dev.peregrine.server.ServerAuthenticator}, {@link dev.peregrine.server.PutResults}, {@link dev.peregrine.server.FlightServer}, {@link
 * dev.peregrine.server.FlightServerBuilder}. A call's way: {@code FlightRouter}, {@code RequestCollector} with {@code
 * RequestDecoder}, {@code ServiceThreads} with {@code ThreadPool}, {@code ServiceCall} with {@code CallMiddleware}, {@code ServingThread},
 * {@code ResponseHeaders} and {@code HeadersFirst}, {@code HandshakePayloads}. The
 * specification's own actions: {@code StandardActions}. Which calls run: {@code RunningCalls}. The builder's part
 * about connections: {@code ConnectionSettings} with {@code ServerTls}.
 */
@NullMarked
package dev.peregrine.server;

import org.jspecify.annotations.NullMarked;
