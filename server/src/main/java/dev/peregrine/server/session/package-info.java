/**
 * Sessions kept in memory: {@link dev.peregrine.server.session.CookieSessions}, with {@code Session} and {@code SessionOfCall}.
 */
@NullMarked
package dev.peregrine.server.session;

import org.jspecify.annotations.NullMarked;
