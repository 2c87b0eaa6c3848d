/**
 * Sockets, and when to connect; knows no HTTP/2. In reading order:
 *
 * <ul>
 *   <li>Options: {@link dev.peregrine.transport.connect.Reconnection}, {@link dev.peregrine.transport.connect.ConnectionLife},
 *       {@link dev.peregrine.transport.connect.Proxies}, with {@link dev.peregrine.transport.connect.Durations}.
 *   <li>When: {@link dev.peregrine.transport.connect.Backoff}, {@link dev.peregrine.transport.connect.IdleTimer}.
 *   <li>{@link dev.peregrine.transport.connect.Sockets} connects, with {@code AddressOrder} and {@code ConnectionAttempts},
 *       and listens, with {@code UnixSocketFile};
 *       {@link dev.peregrine.transport.connect.ConnectErrors} says why it could not.
 *   <li>{@link dev.peregrine.transport.connect.SharedLoop}, the event loops, which threads that wait may run.
 *   <li>{@link dev.peregrine.transport.connect.ProxyTunnel} connects by way of a proxy.
 *   <li>PINGs: {@link dev.peregrine.transport.connect.Keepalive} says when to ask a silent peer,
 *       {@link dev.peregrine.transport.connect.PingStrikes} when a peer asks too often.
 *   <li>{@link dev.peregrine.transport.connect.LingeringClose} hangs up on a peer that still sends.
 * </ul>
 */
@NullMarked
package dev.peregrine.transport.connect;

import org.jspecify.annotations.NullMarked;
