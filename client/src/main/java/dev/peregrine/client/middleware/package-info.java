/**
 * What an application puts around the calls of its client: {@link dev.peregrine.client.middleware.ClientMiddleware}, made for
 * each call by a factory that sees its {@link dev.peregrine.client.middleware.CallInfo}. Ready-made is {@link
 * dev.peregrine.client.middleware.CookieMiddleware}, with {@code Cookie} and {@code CookieDate}.
 */
@NullMarked
package dev.peregrine.client.middleware;

import org.jspecify.annotations.NullMarked;
