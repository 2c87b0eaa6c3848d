/**
 * Whether a Flight service gives back what it was given, message by message and value by value. In reading order:
 *
 * <ul>
 *   <li>{@link dev.peregrine.cli.verify.StoredFile}: one file: put, got back, compared; {@link
 *       dev.peregrine.cli.verify.Verdict}; {@link dev.peregrine.cli.verify.ArrowFiles}: the files of a folder
 *   <li>{@code Messages}: a stream of IPC messages, from a file or from a service ({@code FlightParts})
 *   <li>{@code RowStream}: its rows, however they lie in batches, and its dictionaries as of each row; {@code Batch}, {@code
 *       DictionaryValues}
 *   <li>{@code StreamComparison}, {@code SchemaComparison}, {@code ColumnComparison} with {@code Column}, {@code Layout} and {@code
 *       ValueText}: what differs first, and where
 * </ul>
 *
 * <p>All of this looks at buffers and needs no vectors: it sees types that Arrow for Java has no vectors for, and whatever its vectors
 * would lose at both ends alike.
 */
@NullMarked
package dev.peregrine.cli.verify;

import org.jspecify.annotations.NullMarked;
