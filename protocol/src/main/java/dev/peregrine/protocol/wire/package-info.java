/**
 * Record batches to FlightData and back, and Flight's words to the transport's. For sibling modules only.
 *
 * <p>In reading order.
 *
 * <ul>
 *   <li>What calls are made of: {@link dev.peregrine.protocol.wire.FlightMethods}, {@link
 *       dev.peregrine.protocol.wire.Locations}, {@link dev.peregrine.protocol.wire.Headers}, {@link
 *       dev.peregrine.protocol.wire.StatusTable}, {@link dev.peregrine.protocol.wire.CallOutcome}.
 *   <li>Small messages: {@link dev.peregrine.protocol.wire.ProtoMessages}, {@link
 *       dev.peregrine.protocol.wire.ProtoDecoder}, {@code ArrivingBytes}.
 *   <li>Batches coming in. On the event loop: {@link dev.peregrine.protocol.wire.FlightDataDecoder}, with {@link
 *       dev.peregrine.protocol.wire.memory.ArrivingBody}, makes a {@link dev.peregrine.protocol.wire.FlightMessage}.
 *       On the caller's thread: {@link dev.peregrine.protocol.wire.MessageStreamReader} takes it from {@code
 *       IncomingMessages} and has {@code BatchLoader} load it, with {@code RootLoader}; {@code FieldSelection} says which
 *       columns.
 *   <li>Batches going out, all on the caller's thread: {@link dev.peregrine.protocol.wire.MessageStreamWriter};
 *       {@code OutgoingMessages}, where it sends; {@code FlightDataEncoder}, what, with {@code
 *       OutgoingBatch} and {@code BatchHeader}; {@code Loan}, whose memory.
 *   <li>What both ways have: the packages {@code compression}, {@code dictionary}, {@code union} and {@code memory}.
 *   <li>Before any of it: {@link dev.peregrine.protocol.wire.JavaFlags}.
 * </ul>
 */
@NullMarked
package dev.peregrine.protocol.wire;

import org.jspecify.annotations.NullMarked;
