/**
 * Compressed messages: a layer beside the way that all others take. In reading order:
 *
 * <ul>
 *   <li>In: {@link dev.peregrine.transport.compression.InflatedMessages} takes a call's messages as they come off the
 *       socket and hands on what they say; {@link dev.peregrine.transport.compression.InflatedCredit} knows what that
 *       is worth in bytes of HTTP/2's window.
 *   <li>{@code Inflated} inflates one message, {@code GzipFormat} knows what is around it.
 *   <li>Out: {@link dev.peregrine.transport.compression.Deflated}.
 * </ul>
 */
@NullMarked
package dev.peregrine.transport.compression;

import org.jspecify.annotations.NullMarked;
