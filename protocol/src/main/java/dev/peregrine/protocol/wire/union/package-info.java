/**
 * Unions of old: {@link dev.peregrine.protocol.wire.union.UnionValidity} takes the validity that they had in V4 of Arrow's
 * metadata out of batches, and puts it in.
 */
@NullMarked
package dev.peregrine.protocol.wire.union;

import org.jspecify.annotations.NullMarked;
