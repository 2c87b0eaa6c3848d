/**
 * The other end of an HTTP/2 connection, played by a test.
 *
 * <ul>
 *   <li>{@link dev.peregrine.testing.http2.Frame}: one frame, right or wrong.
 *   <li>{@link dev.peregrine.testing.http2.ScriptedPeer}: a client or server that sends what a test says, and says why it
 *       expects what it expects.
 * </ul>
 */
@NullMarked
package dev.peregrine.testing.http2;

import org.jspecify.annotations.NullMarked;
