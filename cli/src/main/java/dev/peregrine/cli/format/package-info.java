/**
 * Record batches as text and as Arrow IPC, to a stream and from one. In reading order:
 *
 * <ul>
 *   <li>{@link dev.peregrine.cli.format.Format}: the names and the file endings
 *   <li>{@link dev.peregrine.cli.format.Cell}: one value of one vector, as text and as JSON; every Arrow type comes through here
 *   <li>{@code ScalarCells}, {@code NestedCells}, {@code TimeText}: the cells of each type
 *   <li>{@link dev.peregrine.cli.format.BatchSink}: where batches go; {@code CsvSink}, {@code JsonSink}, {@code TableSink}, {@code IpcSink}
 *   <li>{@code TextWidth}, {@code TableLayout}: how wide a text is on a terminal, and how columns share its width
 *   <li>{@link dev.peregrine.cli.format.BatchSource}: where batches come from; {@code IpcSource}, {@code CsvSource} with {@code CsvRow}
 *       and {@code CsvType}
 * </ul>
 */
@NullMarked
package dev.peregrine.cli.format;

import org.jspecify.annotations.NullMarked;
