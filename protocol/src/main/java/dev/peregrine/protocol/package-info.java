/** Flight's words as records, and the streams of record batches. */
@NullMarked
package dev.peregrine.protocol;

import org.jspecify.annotations.NullMarked;
