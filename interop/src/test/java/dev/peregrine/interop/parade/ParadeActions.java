package dev.peregrine.interop.parade;

import static dev.peregrine.interop.parade.Parade.bytes;
import static dev.peregrine.interop.parade.Parade.text;

import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.ActionType;
import dev.peregrine.protocol.CallHeaders;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.error.FlightStatusCode;
import dev.peregrine.protocol.error.FlightUnimplementedException;
import dev.peregrine.server.ServerCall;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** The actions of {@link ParadeService}. Service threads. */
final class ParadeActions {
    private final Cancellations cancelled;

    ParadeActions(Cancellations cancelled) {
        this.cancelled = cancelled;
    }

    List<ActionType> list() {
        return Parade.ACTIONS.stream()
                .map(a -> new ActionType(a.getKey(), a.getValue()))
                .toList();
    }

    Iterable<Result> act(ServerCall call, String user, Action action) {
        String body = text(action.body());
        return switch (action.type()) {
            case "echo" -> List.of(new Result(action.body()));
            case "many" -> Parade.lazily(Integer.parseInt(body), i -> result("" + i));
            case "large" -> List.of(new Result(sevens(Integer.parseInt(body))));
            case "silent" -> List.of();
            case "empty" -> List.of(result(""));
            case "error" -> throw error(body);
            case "late_error" ->
                Parade.lazily(2, i -> {
                    if (i == 1) {
                        throw error(body);
                    }
                    return result("first");
                });
            case "sleep" -> {
                cancelled.await(call);
                yield List.of();
            }
            case "was_cancelled" -> List.of(result(cancelled.seen(Double.parseDouble(body)) ? "yes" : "no"));
            case "headers" -> seenHeaders(call.headers());
            case "answer_headers" -> {
                call.addHeader("x-answer", "header");
                call.addHeader("x-answer-bin", new byte[] {0, -1, 1});
                call.addTrailer("x-trailer", "trailer");
                yield List.of(result(""));
            }
            case "peer" -> List.of(result(call.peer()));
            case "identity" -> List.of(result(user));
            default -> throw FlightUnimplementedException.of("no such action");
        };
    }

    private static Result result(String body) {
        return new Result(bytes(body));
    }

    private static byte[] sevens(int length) {
        byte[] body = new byte[length];
        Arrays.fill(body, (byte) 7);
        return body;
    }

    /** name=hex of the value, for each header whose name begins with x-. */
    private static List<Result> seenHeaders(CallHeaders headers) {
        List<Result> results = new ArrayList<>();
        for (CallHeaders.Header header : headers) {
            if (header.name().startsWith("x-")) {
                byte[] value = header.binary() == null ? bytes(header.text()) : header.binary();
                results.add(result(header.name() + "=" + HexFormat.of().formatHex(value)));
            }
        }
        return results;
    }

    /** NAME:message or NAME:message:extra info; BUG is an exception that is none of Flight's. */
    static RuntimeException error(String words) {
        String[] parts = words.split(":", 3);
        if (parts[0].equals("BUG")) {
            return new IllegalStateException(parts[1]);
        }
        FlightException error = FlightStatusCode.valueOf(parts[0]).exception(parts[1]);
        return parts.length > 2 ? error.withExtraInfo(bytes(parts[2])) : error;
    }
}
