package dev.peregrine.client.auth;

import dev.peregrine.protocol.CallHeaders;
import dev.peregrine.protocol.error.FlightCancelledException;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.error.FlightUnauthenticatedException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. Bearer tokens that are fetched when they are needed: before the first call, when the last one has expired, and
 * when the server does not take it any more. The calls that need one at the same time share one fetch.
 *
 * <pre>{@code
 * var credentials = new RenewedBearer(() -> new RenewedBearer.Token(askTheIdentityProvider(), null));
 * var client = FlightClient.builder(location).credentials(credentials).build();
 * }</pre>
 */
public final class RenewedBearer implements CallCredentials {
    /**
     * A token.
     *
     * @param value as it goes behind {@code Bearer}
     * @param expires when to use it no more; null if nobody knows
     */
    public record Token(String value, @Nullable Instant expires) {
        /** Not the value: it is a secret. */
        @Override
        public String toString() {
            return "Token[expires=" + expires + "]";
        }
    }

    /** Any thread, one at a time. Where tokens come from. */
    @FunctionalInterface
    public interface Source {
        /**
         * A new token. May wait; may use the client that the tokens are for, for its Handshakes, or with credentials of its own in
         * their options.
         *
         * @throws Exception there is none: a {@link FlightException} goes to the caller as it is, another one as the cause of a
         *     {@link FlightUnauthenticatedException}
         */
        Token fetch() throws Exception;
    }

    private static final String AUTHORIZATION = "authorization";
    private static final String BEARER = "Bearer ";

    private final Source source;
    private final InstantSource clock;

    // Guarded by this.
    private @Nullable Token current;
    private @Nullable CompletableFuture<Token> fetching;

    /** Fetches nothing yet. */
    public RenewedBearer(Source source) {
        this(source, InstantSource.system());
    }

    RenewedBearer(Source source, InstantSource clock) {
        this.source = source;
        this.clock = clock;
    }

    @Override
    public void addTo(CallHeaders headers) {
        headers.add(AUTHORIZATION, BEARER + token().value);
    }

    @Override
    public synchronized boolean rejected(CallHeaders headers) {
        if (current != null && (BEARER + current.value).equals(headers.get(AUTHORIZATION))) {
            current = null;
        }
        return true;
    }

    private Token token() {
        while (true) {
            Token token = currentOrNew();
            if (token != null) {
                return token;
            }
        }
    }

    /** Null if the thread that fetched was interrupted, which is not this one. */
    private @Nullable Token currentOrNew() {
        CompletableFuture<Token> shared;
        boolean mine = false;
        synchronized (this) {
            if (current != null && !isExpired(current)) {
                return current;
            }
            if (fetching == null) {
                fetching = new CompletableFuture<>();
                mine = true;
            }
            shared = fetching;
        }
        if (mine) {
            fetch(shared);
        }
        return await(shared);
    }

    private boolean isExpired(Token token) {
        return token.expires != null && !clock.instant().isBefore(token.expires);
    }

    private void fetch(CompletableFuture<Token> shared) {
        Token token = null;
        Throwable failure = null;
        try {
            token = source.fetch();
        } catch (Exception | Error e) { // It fails the calls that wait for it, whatever it is.
            failure = e;
        }
        synchronized (this) {
            fetching = null;
            if (token != null) {
                current = token;
            }
        }
        if (token != null) {
            shared.complete(token);
        } else {
            shared.completeExceptionally(failure == null ? new IllegalStateException("the source gave null") : failure);
            if (failure instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static @Nullable Token await(CompletableFuture<Token> shared) {
        try {
            return shared.get();
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof InterruptedException) {
                if (Thread.currentThread().isInterrupted()) {
                    throw interrupted(cause);
                }
                return null;
            }
            if (cause instanceof FlightException flight) {
                throw flight;
            }
            throw FlightUnauthenticatedException.of(
                    "no bearer token could be fetched: " + cause, cause == null ? e : cause);
        }
    }

    private static FlightCancelledException interrupted(Throwable cause) {
        Thread.currentThread().interrupt();
        return FlightCancelledException.of("the thread that waited for a bearer token was interrupted", cause);
    }
}
