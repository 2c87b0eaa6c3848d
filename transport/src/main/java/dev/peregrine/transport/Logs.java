package dev.peregrine.transport;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Any thread. A logger for each concern, whatever class writes to it; docs/observability.md says what they write. */
public final class Logs {
    /** Connections that begin and end, and why; TLS. */
    public static final Logger CONNECTION = LoggerFactory.getLogger("dev.peregrine.connection");

    /** HTTP/2's frames, each a line; at DEBUG. */
    public static final Logger FRAMES = LoggerFactory.getLogger("dev.peregrine.frames");

    /** Calls that fail for a reason at this end, and those that are made again. */
    public static final Logger CALLS = LoggerFactory.getLogger("dev.peregrine.calls");

    private Logs() {}
}
