package dev.peregrine.client.call;

import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.ActionType;
import dev.peregrine.protocol.CancelFlightInfoRequest;
import dev.peregrine.protocol.CancelFlightInfoResult;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.RenewFlightEndpointRequest;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.session.CloseSessionResult;
import dev.peregrine.protocol.session.GetSessionOptionsResult;
import dev.peregrine.protocol.session.SessionOptionValue;
import dev.peregrine.protocol.session.SetSessionOptionsRequest;
import dev.peregrine.protocol.session.SetSessionOptionsResult;
import dev.peregrine.protocol.wire.ProtoDecoder;
import dev.peregrine.protocol.wire.ProtoMessages;
import dev.peregrine.transport.GrpcCode;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Any thread. One of the actions that the Flight specification itself defines, whose request and result are messages too.
 *
 * @param body the request
 * @param resultName the result's message, for people
 * @param <R> the result
 * @see <a href="https://arrow.apache.org/docs/format/Flight.html">Arrow Flight RPC</a>
 */
public record StandardAction<R>(ActionType type, byte[] body, String resultName, Function<byte[], R> parser) {
    public static StandardAction<CancelFlightInfoResult> cancelFlightInfo(FlightInfo info) {
        return new StandardAction<>(
                ActionType.CANCEL_FLIGHT_INFO,
                new CancelFlightInfoRequest(info).serialize(),
                "CancelFlightInfoResult",
                CancelFlightInfoResult::deserialize);
    }

    public static StandardAction<FlightEndpoint> renewFlightEndpoint(FlightEndpoint endpoint) {
        return new StandardAction<>(
                ActionType.RENEW_FLIGHT_ENDPOINT,
                new RenewFlightEndpointRequest(endpoint).serialize(),
                "FlightEndpoint",
                FlightEndpoint::deserialize);
    }

    public static StandardAction<SetSessionOptionsResult> setSessionOptions(Map<String, SessionOptionValue> options) {
        return new StandardAction<>(
                ActionType.SET_SESSION_OPTIONS,
                new SetSessionOptionsRequest(options).serialize(),
                "SetSessionOptionsResult",
                SetSessionOptionsResult::deserialize);
    }

    public static StandardAction<GetSessionOptionsResult> getSessionOptions() {
        return new StandardAction<>(
                ActionType.GET_SESSION_OPTIONS,
                ProtoMessages.EMPTY,
                "GetSessionOptionsResult",
                GetSessionOptionsResult::deserialize);
    }

    public static StandardAction<CloseSessionResult> closeSession() {
        return new StandardAction<>(
                ActionType.CLOSE_SESSION, ProtoMessages.EMPTY, "CloseSessionResult", CloseSessionResult::deserialize);
    }

    /** The message that asks for it. */
    public byte[] request() {
        return new Action(type.type(), body).serialize();
    }

    /** What decodes the answers of one call. */
    public ProtoDecoder<R> decoder() {
        return ProtoDecoder.of(
                resultName, bytes -> parser.apply(Result.deserialize(bytes).body()));
    }

    /** The result among the answers of {@code call}: the first. Further ones are for later versions of the specification. */
    public R result(ClientCall call, List<R> answers) {
        if (answers.isEmpty()) {
            throw call.failure(
                    GrpcCode.INTERNAL.with("the server ended the action " + type.type() + " without a result"));
        }
        return answers.get(0);
    }
}
