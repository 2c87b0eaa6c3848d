package dev.peregrine.client.middleware;

import dev.peregrine.protocol.Location;

/**
 * Any thread. A call that is about to start.
 *
 * @param method the RPC's name, for example {@code DoGet}
 * @param location where the client connects to
 */
public record CallInfo(String method, Location location) {}
