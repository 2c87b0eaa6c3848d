package dev.peregrine.interop.parade;

import static dev.peregrine.interop.parade.Parade.bytes;
import static dev.peregrine.interop.parade.Parade.text;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.ErrorFlightMetadata;
import org.apache.arrow.flight.FlightConstants;
import org.apache.arrow.flight.FlightProducer.CallContext;
import org.apache.arrow.flight.FlightProducer.StreamListener;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.ServerHeaderMiddleware;

/** The actions of {@link FlightCoreParade}. gRPC threads. */
final class FlightCoreParadeActions {
    private final Cancellations cancelled;

    FlightCoreParadeActions(Cancellations cancelled) {
        this.cancelled = cancelled;
    }

    void act(CallContext context, Action action, StreamListener<Result> out) {
        String body = text(action.getBody());
        switch (action.getType()) {
            case "echo" -> out.onNext(new Result(action.getBody()));
            case "many" -> {
                int count = Integer.parseInt(body);
                for (int i = 0; i < count && !context.isCancelled(); i++) {
                    out.onNext(new Result(bytes("" + i)));
                }
            }
            case "silent" -> {}
            case "empty" -> out.onNext(new Result(new byte[0]));
            case "error" -> throw error(body);
            case "late_error" -> {
                out.onNext(new Result(bytes("first")));
                out.onError(error(body));
                return;
            }
            case "sleep" -> awaitCancel(context);
            case "was_cancelled" ->
                out.onNext(new Result(bytes(cancelled.seen(Double.parseDouble(body)) ? "yes" : "no")));
            case "headers" ->
                seenHeaders(context.getMiddleware(FlightConstants.HEADER_KEY)).forEach(out::onNext);
            case "identity" -> out.onNext(new Result(bytes(context.peerIdentity())));
            default ->
                throw CallStatus.UNIMPLEMENTED.withDescription("no such action").toRuntimeException();
        }
        out.onCompleted();
    }

    /** flight-core offers no callback here. */
    private void awaitCancel(CallContext context) {
        CountDownLatch pause = new CountDownLatch(1);
        try {
            for (int i = 0; i < 1000 && !context.isCancelled(); i++) {
                if (pause.await(20, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
            if (context.isCancelled()) {
                cancelled.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<Result> seenHeaders(ServerHeaderMiddleware middleware) {
        CallHeaders headers = middleware.headers();
        List<Result> results = new ArrayList<>();
        headers.keys().stream().filter(n -> n.startsWith("x-")).sorted().forEach(name -> {
            List<byte[]> values = new ArrayList<>();
            if (name.endsWith("-bin")) {
                headers.getAllByte(name).forEach(values::add);
            } else {
                headers.getAll(name).forEach(v -> values.add(bytes(v)));
            }
            for (byte[] value : values) {
                results.add(new Result(bytes(name + "=" + HexFormat.of().formatHex(value))));
            }
        });
        return results;
    }

    /** NAME:message or NAME:message:extra info. */
    static RuntimeException error(String words) {
        String[] parts = words.split(":", 3);
        CallStatus status = new CallStatus(FlightStatusCode.valueOf(parts[0])).withDescription(parts[1]);
        if (parts.length > 2) {
            ErrorFlightMetadata metadata = new ErrorFlightMetadata();
            metadata.insert("grpc-status-details-bin", bytes(parts[2]));
            status = status.withMetadata(metadata);
        }
        return status.toRuntimeException();
    }
}
