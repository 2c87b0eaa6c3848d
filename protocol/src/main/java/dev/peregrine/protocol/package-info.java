/**
 * Flight's words as records, and the streams of record batches.
 *
 * <p>In reading order: {@link dev.peregrine.protocol.FlightDescriptor} names data, {@link
 * dev.peregrine.protocol.FlightInfo} says what it is, in {@link dev.peregrine.protocol.FlightEndpoint}s with a {@link
 * dev.peregrine.protocol.Ticket} and {@link dev.peregrine.protocol.Location}s; {@link dev.peregrine.protocol.PollInfo} and
 * {@link dev.peregrine.protocol.SchemaResult} are its relatives. {@link dev.peregrine.protocol.FlightStreamReader} and
 * {@link dev.peregrine.protocol.FlightStreamWriter} move the batches, {@link dev.peregrine.protocol.PutResult} answers
 * them. Beside the data: {@link dev.peregrine.protocol.Criteria}, {@link dev.peregrine.protocol.Action}, {@link
 * dev.peregrine.protocol.ActionType}, {@link dev.peregrine.protocol.Result}, the specification's own actions with {@link
 * dev.peregrine.protocol.CancelFlightInfoRequest}, {@link dev.peregrine.protocol.CancelFlightInfoResult} of a {@link
 * dev.peregrine.protocol.CancelStatus}, and {@link dev.peregrine.protocol.RenewFlightEndpointRequest}; {@link
 * dev.peregrine.protocol.HandshakeStream}, {@link dev.peregrine.protocol.BasicAuth}, {@link
 * dev.peregrine.protocol.CallHeaders}, {@link dev.peregrine.protocol.MessageCompression}. {@link dev.peregrine.protocol.MessageSchema} reads schemas that Arrow for Java
 * would refuse. {@code ProtoBytes}, {@code SchemaBytes} and {@code ByteText} are what the records share to become bytes
 * and text.
 */
@NullMarked
package dev.peregrine.protocol;

import org.jspecify.annotations.NullMarked;
