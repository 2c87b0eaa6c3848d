/**
 * Calls that are made again after a failure; knows no HTTP/2. In reading order: {@link dev.peregrine.transport.retry.Retries}
 * is set for a client, {@link dev.peregrine.transport.retry.RetryPolicy} and
 * {@link dev.peregrine.transport.retry.Repeater} for a call. {@link dev.peregrine.transport.retry.Attempts} decides, with
 * {@link dev.peregrine.transport.retry.RetryThrottle}; {@link dev.peregrine.transport.retry.KeptRequest} is what is sent again.
 */
@NullMarked
package dev.peregrine.transport.retry;

import org.jspecify.annotations.NullMarked;
