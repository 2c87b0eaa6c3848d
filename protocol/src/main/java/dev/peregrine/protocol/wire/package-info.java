/** Record batches to FlightData and back; proto messages to records and back. For sibling modules only. */
@NullMarked
package dev.peregrine.protocol.wire;

import org.jspecify.annotations.NullMarked;
