package dev.peregrine.transport;

import java.time.Duration;

/**
 * Any thread. How much a peer may ask for that costs it little and this end more, before it is hung up on with GOAWAY and
 * ENHANCE_YOUR_CALM (RFC 9113, 10.5). All count for one connection. The defaults are far from what honest peers do.
 *
 * @param maxResets RST_STREAM frames within {@code resetWindow} that a client may send, and that it may cause; a server's
 *     are not counted, for it resets each stream that it answers before the request is complete
 * @param resetWindow the time in which resets are counted, whole seconds
 * @param maxEmptyDataFrames DATA frames without payload and END_STREAM that may follow each other
 * @param maxSmallContinuations CONTINUATION frames of less than 8,192 bytes in one header block, without the last
 * @param maxQueuedReplies answers to PING and SETTINGS, and RST_STREAM frames, that may wait for a peer which does not read
 */
public record FloodLimits(
        int maxResets, Duration resetWindow, int maxEmptyDataFrames, int maxSmallContinuations, int maxQueuedReplies) {
    /**
     * The defaults. 10,000 resets in 30 seconds: a client that reads the first batches of many streams and cancels is no
     * attack; one that resets streams as fast as it can open them sends thousands a second.
     */
    public static final FloodLimits DEFAULT = new FloodLimits(10_000, Duration.ofSeconds(30), 16, 16, 10_000);

    /** Refuses what makes no sense, with a sentence that says what would. */
    public FloodLimits {
        positive("maxResets", maxResets);
        if (resetWindow.compareTo(Duration.ofSeconds(1)) < 0 || resetWindow.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException(
                    "Option resetWindow is " + resetWindow + "; it must be between a second and an hour");
        }
        positive("maxEmptyDataFrames", maxEmptyDataFrames);
        positive("maxSmallContinuations", maxSmallContinuations);
        positive("maxQueuedReplies", maxQueuedReplies);
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("Option " + name + " is " + value + "; it must be at least 1");
        }
    }
}
