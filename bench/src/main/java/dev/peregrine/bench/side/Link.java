package dev.peregrine.bench.side;

/** How client and server are connected; each needs a server of its own. */
public enum Link {
    TCP,
    TLS,
    UNIX
}
