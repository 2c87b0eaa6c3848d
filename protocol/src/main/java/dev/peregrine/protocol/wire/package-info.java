/**
 * Record batches to FlightData and back, and Flight's words to the transport's. For sibling modules only.
 *
 * <p>In reading order. What the calls are made of: {@link dev.peregrine.protocol.wire.FlightMethods}, {@link
 * dev.peregrine.protocol.wire.Locations}, {@link dev.peregrine.protocol.wire.Headers}, {@link
 * dev.peregrine.protocol.wire.StatusTable}, {@link dev.peregrine.protocol.wire.CallOutcome}. Small messages: {@link
 * dev.peregrine.protocol.wire.ProtoMessages}, {@link dev.peregrine.protocol.wire.ProtoDecoder}. Batches coming in: {@link
 * dev.peregrine.protocol.wire.FlightDataDecoder}, {@link dev.peregrine.protocol.wire.FlightMessage}, {@link
 * dev.peregrine.protocol.wire.MessageStreamReader}. Batches going out: {@link
 * dev.peregrine.protocol.wire.MessageStreamWriter}, {@code FlightDataEncoder}.
 */
@NullMarked
package dev.peregrine.protocol.wire;

import org.jspecify.annotations.NullMarked;
