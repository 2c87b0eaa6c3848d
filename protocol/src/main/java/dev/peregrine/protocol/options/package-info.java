/**
 * How batches become messages and messages batches: what {@link dev.peregrine.protocol.options.IpcWriteOptions} and {@link
 * dev.peregrine.protocol.options.IpcReadOptions} say, with {@link dev.peregrine.protocol.options.BodyCompression} and
 * {@link dev.peregrine.protocol.options.Alignment}.
 */
@NullMarked
package dev.peregrine.protocol.options;

import org.jspecify.annotations.NullMarked;
