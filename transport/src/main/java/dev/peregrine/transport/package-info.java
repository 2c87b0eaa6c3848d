/**
 * gRPC over HTTP/2 on Netty. Knows no Arrow and no Flight. In reading order:
 *
 * <ul>
 *   <li>The seam: {@link dev.peregrine.transport.Call} ({@link dev.peregrine.transport.OutgoingCall},
 *       {@link dev.peregrine.transport.IncomingCall}) sends, {@link dev.peregrine.transport.CallListener} hears,
 *       {@link dev.peregrine.transport.CallRouter} finds who serves. {@link dev.peregrine.transport.PassedOnCall} is for
 *       layers that put themselves between, {@link dev.peregrine.transport.OneMessage} one for methods that are unary.
 *       {@link dev.peregrine.transport.CallLoop} is the event loop as those see it who wait for it.
 *   <li>Messages: {@link dev.peregrine.transport.MessagePrefix}, {@link dev.peregrine.transport.MessageListener},
 *       {@link dev.peregrine.transport.MessageDecoder}, and
 *       {@link dev.peregrine.transport.Inbox}, where the event loop leaves them for another thread; by its {@code Pace} that
 *       thread may read them itself, and its {@code WindowDebt} is what they owe to the stream's window.
 *   <li>Words: {@link dev.peregrine.transport.Metadata}, {@link dev.peregrine.transport.GrpcCode},
 *       {@link dev.peregrine.transport.GrpcStatus}, {@link dev.peregrine.transport.GrpcException}.
 *   <li>The ends: {@link dev.peregrine.transport.ClientTransport}, {@link dev.peregrine.transport.ServerTransport}, with
 *       {@link dev.peregrine.transport.Address}, {@link dev.peregrine.transport.TransportOptions},
 *       {@link dev.peregrine.transport.FloodLimits},
 *       {@link dev.peregrine.transport.PingLimits}, {@link dev.peregrine.transport.HeaderTables},
 *       {@link dev.peregrine.transport.RequestFields}, {@link dev.peregrine.transport.Tls},
 *       {@link dev.peregrine.transport.Compression}.
 * </ul>
 *
 * <p>How it is done is in {@code dev.peregrine.transport.http2}, TLS in {@code dev.peregrine.transport.tls}, compressed
 * messages in {@code dev.peregrine.transport.compression}.
 */
@NullMarked
package dev.peregrine.transport;

import org.jspecify.annotations.NullMarked;
