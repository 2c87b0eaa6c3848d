/**
 * What the benchmarks move. In reading order:
 *
 * <ol>
 *   <li>{@link dev.peregrine.bench.data.Order}: how many batches of what
 *   <li>{@link dev.peregrine.bench.data.Columns}: the kinds of columns; {@code Values} fills them; {@link
 *       dev.peregrine.bench.data.Compression}: how they are compressed
 *   <li>{@link dev.peregrine.bench.data.Batch}: a batch with its dictionaries; {@link dev.peregrine.bench.data.KeptBatches}: those
 *       that are sent again and again
 *   <li>{@link dev.peregrine.bench.data.SameValues}: whether what came is what was sent
 * </ol>
 */
@NullMarked
package dev.peregrine.bench.data;

import org.jspecify.annotations.NullMarked;
