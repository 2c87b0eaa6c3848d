/** Batches that are too large for one message. */
@NullMarked
package dev.peregrine.protocol.wire.split;

import org.jspecify.annotations.NullMarked;
