package dev.peregrine.client;

import dev.peregrine.client.auth.CallCredentials;
import dev.peregrine.client.call.CallMiddleware;
import dev.peregrine.client.call.ClientCall;
import dev.peregrine.client.call.Proof;
import dev.peregrine.client.call.Replies;
import dev.peregrine.client.middleware.CallInfo;
import dev.peregrine.protocol.CallHeaders;
import dev.peregrine.protocol.error.FlightCancelledException;
import dev.peregrine.protocol.wire.CallOutcome;
import dev.peregrine.protocol.wire.FlightMethods;
import dev.peregrine.protocol.wire.Headers;
import dev.peregrine.protocol.wire.StatusTable;
import dev.peregrine.transport.CallListener;
import dev.peregrine.transport.CallSettings;
import dev.peregrine.transport.ClientTransport;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.OneMessage;
import dev.peregrine.transport.PassedOnEvents;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The caller's thread. How one call starts: with headers, credentials and middleware, each only where there is any. Its events
 * go, in this order, to {@link ResponseMetadata}, {@link CallOutcome}, the middleware, and to who reads the
 * answer.
 *
 * @param one whether the call has to have one answer: then that is all that {@code last} gets
 * @param last listens to the call
 */
record CallStart(ClientConnection connection, String path, CallOptions options, boolean one, CallListener last) {
    private static final Logger LOG = LoggerFactory.getLogger(CallCredentials.class);
    private static final String TOKEN_HEADER = "auth-token-bin";

    /** Starts the call; nothing is sent but its headers. */
    ClientCall start() {
        if (connection.isClosed()) {
            throw new IllegalStateException("the client of " + connection.location() + " has been closed");
        }
        CancellationToken token = options.cancellation();
        if (token != null && token.isCancelled()) {
            throw FlightCancelledException.of(
                    FlightMethods.name(path) + " was not started, because its token has been cancelled");
        }
        CallCredentials credentials = connection.credentials(path, options);
        Proof proof = credentials == null ? null : new Proof(credentials);
        CallHeaders headers = headers(proof);
        ClientCall call = connection.middleware().isEmpty()
                ? start(Headers.toMetadata(headers), headers, proof, null)
                : startAround(headers, proof);
        if (token != null) {
            Runnable cancel = call::cancel;
            token.onCancel(cancel);
            call.outcome().whenClosed(() -> token.forget(cancel));
        }
        return call;
    }

    /** Those of the options, with the token of the first kind of authentication and the credentials. */
    private CallHeaders headers(@Nullable Proof proof) {
        CallHeaders headers = options.headers();
        ClientAuthHandler handler = path.equals(FlightMethods.HANDSHAKE) ? null : connection.authHandler();
        if (handler != null) {
            byte[] token = handler.token();
            if (token.length > 0) {
                headers = new CallHeaders().addAll(headers).add(TOKEN_HEADER, token);
            }
        }
        return proof == null ? headers : proof.addTo(headers);
    }

    private ClientCall startAround(CallHeaders headers, @Nullable Proof proof) {
        CallHeaders all = new CallHeaders().addAll(headers);
        CallInfo info = new CallInfo(FlightMethods.name(path), connection.location());
        CallMiddleware around = CallMiddleware.start(connection.middleware(), info, all, connection.executor());
        try {
            return start(Headers.toMetadata(all), all, proof, around);
        } catch (RuntimeException | Error e) {
            if (around != null) {
                around.notStarted(e);
            }
            throw e;
        }
    }

    /** {@code headers} are the metadata, for a repetition. */
    private ClientCall start(
            Metadata metadata, CallHeaders headers, @Nullable Proof proof, @Nullable CallMiddleware around) {
        CallListener listener = around == null
                ? last
                : around.before(
                        last, (status, trailers) -> StatusTable.exception(status, trailers, path, connection.peer()));
        CallOutcome outcome =
                new CallOutcome(one ? OneMessage.ofResponse(FlightMethods.name(path), listener) : listener);
        ResponseMetadata response = options.response();
        CallListener first = response == null ? outcome : response.before(outcome);
        if (proof == null) {
            return new ClientCall(
                    transport().start(path, settings(), metadata, first), outcome, around, options.allocator() != null);
        }
        CallSettings settings = settings().with((status, trailers, repeats) -> repeat(status, repeats, headers, proof));
        return new ClientCall(
                transport().start(path, settings, metadata, new Rejections(first, proof)),
                outcome,
                around,
                options.allocator() != null);
    }

    private ClientTransport transport() {
        return connection.transport();
    }

    private CallSettings settings() {
        return connection.defaults().settings(path, options);
    }

    /** Event loop only. Once, and only with other credentials: the headers of the next attempt. */
    private @Nullable CompletionStage<Metadata> repeat(GrpcStatus status, int repeats, CallHeaders sent, Proof proof) {
        if (repeats > 0 || status.code() != GrpcCode.UNAUTHENTICATED || !proof.rejected()) {
            return null;
        }
        CompletableFuture<Metadata> headers = new CompletableFuture<>();
        Replies.onExecutor(connection.executor(), () -> {
            try {
                headers.complete(Headers.toMetadata(proof.renewed(sent)));
            } catch (RuntimeException | Error e) {
                LOG.warn("{} was rejected, and there are no new credentials", FlightMethods.name(path), e);
                headers.completeExceptionally(e);
            }
        });
        return headers;
    }

    /** Event loop only. What cannot be made again fails, but the next call gets better credentials. */
    private static final class Rejections extends PassedOnEvents {
        private final Proof proof;

        Rejections(CallListener next, Proof proof) {
            super(next);
            this.proof = proof;
        }

        @Override
        public void closed(GrpcStatus status, Metadata trailers) {
            if (status.code() == GrpcCode.UNAUTHENTICATED) {
                boolean unused = proof.rejected();
            }
            next.closed(status, trailers);
        }
    }
}
