/**
 * Flight's statuses as exceptions.
 *
 * <p>In reading order: {@link dev.peregrine.protocol.error.FlightStatusCode}, the list and what gRPC calls each;
 * {@link dev.peregrine.protocol.error.FlightException}, what all have; {@code Failure}, what they carry; then one file
 * for each status, and {@link dev.peregrine.protocol.error.FlightWriteSizeExceededException}, the one with numbers.
 */
@NullMarked
package dev.peregrine.protocol.error;

import org.jspecify.annotations.NullMarked;
