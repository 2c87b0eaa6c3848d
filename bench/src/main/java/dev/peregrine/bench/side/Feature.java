package dev.peregrine.bench.side;

/** What a work needs of both its peers. */
public enum Feature {
    TLS,
    UNIX,
    /** Compressed bodies, written and read. */
    COMPRESSION,
    /** Streams at the same time. */
    STREAMS,
    /** Calls at the same time. */
    CALLS,
    /** DoPut with an acknowledgement for each batch. */
    INGEST,
    /** A client that can be started for one call. */
    ONE_CALL,
    /** A Java client, whose classes can be archived. */
    ARCHIVE
}
