package dev.peregrine.server;

import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.CancelFlightInfoRequest;
import dev.peregrine.protocol.RenewFlightEndpointRequest;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.error.FlightInvalidArgumentException;
import dev.peregrine.protocol.error.FlightUnimplementedException;
import dev.peregrine.protocol.session.SetSessionOptionsRequest;
import java.util.List;
import java.util.function.Function;

/**
 * Any thread. The actions that the Flight specification itself defines, each a method of the service.
 *
 * @see <a href="https://arrow.apache.org/docs/format/Flight.html">Arrow Flight RPC</a>
 */
final class StandardActions {
    private StandardActions() {}

    static Iterable<Result> run(FlightService service, ServerCall call, Action action) {
        byte[] answer =
                switch (action.type()) {
                    case "CancelFlightInfo" ->
                        service.cancelFlightInfo(
                                        call,
                                        request(action, CancelFlightInfoRequest::deserialize)
                                                .info())
                                .serialize();
                    case "RenewFlightEndpoint" ->
                        service.renewFlightEndpoint(
                                        call,
                                        request(action, RenewFlightEndpointRequest::deserialize)
                                                .endpoint())
                                .serialize();
                    case "SetSessionOptions" ->
                        service.setSessionOptions(
                                        call,
                                        request(action, SetSessionOptionsRequest::deserialize)
                                                .sessionOptions())
                                .serialize();
                    case "GetSessionOptions" -> service.getSessionOptions(call).serialize();
                    case "CloseSession" -> service.closeSession(call).serialize();
                    default ->
                        throw FlightUnimplementedException.of(
                                "the action \"" + action.type() + "\" is not implemented by this server");
                };
        return List.of(new Result(answer));
    }

    private static <T> T request(Action action, Function<byte[], T> parser) {
        try {
            return parser.apply(action.body());
        } catch (IllegalArgumentException e) {
            throw FlightInvalidArgumentException.of("the body of action " + action.type() + ": " + e.getMessage(), e);
        }
    }
}
