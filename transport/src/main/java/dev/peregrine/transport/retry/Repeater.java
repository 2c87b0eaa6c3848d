package dev.peregrine.transport.retry;

import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Metadata;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Event loop only. Asked when the server has failed a call and nothing of its answer has been delivered: shall the call be
 * made again, with other headers? For what a policy does not know, such as a token that has expired.
 */
@FunctionalInterface
public interface Repeater {
    /**
     * Must not block. While the stage is open, the call waits; its deadline and its cancellation end that.
     *
     * @param repeats how often this has made the call again before
     * @return null if the call shall end with {@code status}. Else a stage that any thread may complete: with all headers
     *     of the next attempt, or with null or a failure if the call shall end with {@code status} after all
     */
    @Nullable
    CompletionStage<@Nullable Metadata> repeat(GrpcStatus status, Metadata trailers, int repeats);
}
