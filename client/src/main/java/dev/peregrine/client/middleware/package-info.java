/**
 * What an application puts around the calls of its client: {@link dev.peregrine.client.middleware.ClientMiddleware}, made for
 * each call by a factory that sees its {@link dev.peregrine.client.middleware.CallInfo}.
 */
@NullMarked
package dev.peregrine.client.middleware;

import org.jspecify.annotations.NullMarked;
