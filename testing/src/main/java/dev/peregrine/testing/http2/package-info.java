/**
 * The other end of an HTTP/2 connection, played by a test.
 *
 * <ul>
 *   <li>{@link dev.peregrine.testing.http2.Frame}: one frame, right or wrong.
 *   <li>{@link dev.peregrine.testing.http2.ScriptedPeer}: a client or server that sends what a test says, and says why it
 *       expects what it expects.
 *   <li>{@link dev.peregrine.testing.http2.HostileClient}: the attacks on a server, one by one.
 *   <li>{@link dev.peregrine.testing.http2.Assault}: plays one of them and notes what the server does.
 *   <li>{@link dev.peregrine.testing.http2.Victim}: the server and its methods.
 * </ul>
 */
@NullMarked
package dev.peregrine.testing.http2;

import org.jspecify.annotations.NullMarked;
