package dev.peregrine.client.call;

import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.transport.Call;
import dev.peregrine.transport.CallListener;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.MessageDecoder;
import dev.peregrine.transport.MessagePrefix;
import dev.peregrine.transport.Metadata;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Event loop, unless a method says otherwise. Collects all the answers of a call, usually one, until it ends; whoever waits is
 * woken once, then.
 *
 * @param <M> one answer
 */
public final class Replies<M> implements CallListener {
    private final MessageDecoder<M> decoder;
    private final List<M> messages = new ArrayList<>(1);
    private final CompletableFuture<List<M>> all = new CompletableFuture<>();

    /** Guarded by this; null until {@link #attach}. */
    private @Nullable Call call;

    /** Guarded by this: bytes that came before {@link #attach}. */
    private int early;

    public Replies(MessageDecoder<M> decoder) {
        this.decoder = decoder;
    }

    /** Any thread. Says which call's window to give bytes back to. */
    public void attach(Call call) {
        int bytes;
        synchronized (this) {
            this.call = call;
            bytes = early;
        }
        if (bytes > 0) {
            call.consumed(bytes);
        }
    }

    @Override
    public void headers(Metadata headers) {}

    @Override
    public void messageBegins(int length) throws GrpcException {
        consumed(MessagePrefix.LENGTH);
        decoder.begin(length);
    }

    @Override
    public void messageBytes(ByteBuf piece) throws GrpcException {
        int bytes = piece.readableBytes();
        decoder.bytes(piece);
        consumed(bytes);
    }

    private void consumed(int bytes) {
        Call known;
        synchronized (this) {
            known = call;
            if (known == null) {
                early += bytes;
            }
        }
        if (known != null) {
            known.consumed(bytes);
        }
    }

    @Override
    public void messageEnds() throws GrpcException {
        messages.add(decoder.end());
    }

    @Override
    public void delivered() {}

    @Override
    public void halfClosed() {}

    @Override
    public void closed(GrpcStatus status, Metadata trailers) {
        decoder.abandon();
        if (status.isOk()) {
            all.complete(messages);
        } else {
            all.completeExceptionally(new GrpcException(status, trailers));
        }
    }

    /** The caller's thread. Waits for the end of the call. */
    public List<M> await(ClientCall call) {
        try {
            call.loop().awaitAnswer(all::isDone, this::awaitEnd);
            return all.get();
        } catch (InterruptedException e) {
            throw call.interrupted();
        } catch (ExecutionException e) {
            throw failure(e.getCause(), call);
        } finally {
            call.tellMiddleware();
        }
    }

    private void awaitEnd() throws InterruptedException {
        try {
            all.get();
        } catch (ExecutionException e) {
            // Told by who waits.
        }
    }

    /** Any thread. The end of the call as a future, which {@code executor} completes; ending that early cancels the call. */
    public <R> CompletableFuture<R> future(
            ClientCall call, BiFunction<ClientCall, List<M>, R> finish, Executor executor) {
        CompletableFuture<R> result = new CompletableFuture<>();
        all.whenComplete((messages, failure) -> onExecutor(executor, () -> {
            call.tellMiddleware();
            try {
                if (failure != null) {
                    throw failure(failure, call);
                }
                result.complete(finish.apply(call, messages));
            } catch (FlightException e) {
                result.completeExceptionally(e);
            }
        }));
        result.whenComplete((ignored, failure) -> {
            if (failure != null) {
                call.cancel();
            }
        });
        return result;
    }

    /** Any thread. Has {@code executor} run the task, or somebody else if it does not take it. */
    public static void onExecutor(Executor executor, Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            // The user's executor takes nothing any more; a future that never completes would be worse.
            ForkJoinPool.commonPool().execute(task);
        }
    }

    private static FlightException failure(@Nullable Throwable failure, ClientCall call) {
        if (failure instanceof GrpcException e) {
            return call.failure(e);
        }
        throw new AssertionError("a call ended with something else than a status", failure);
    }
}
