package dev.peregrine.protocol;

/**
 * How gRPC messages are compressed, each on its own, on top of what Arrow does to the buffers in them. It costs a copy and
 * much time: for slow networks.
 */
public enum MessageCompression {
    /** Not at all. */
    IDENTITY,
    /** RFC 1952. */
    GZIP,
    /** RFC 1950. */
    DEFLATE
}
