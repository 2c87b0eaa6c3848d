/**
 * Batches that are too large for one message: {@link dev.peregrine.protocol.wire.split.RowParts}; and what parts of vectors lack:
 * {@link dev.peregrine.protocol.wire.split.ViewPadding}.
 */
@NullMarked
package dev.peregrine.protocol.wire.split;

import org.jspecify.annotations.NullMarked;
