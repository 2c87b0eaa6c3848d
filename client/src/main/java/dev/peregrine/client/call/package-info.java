/**
 * One call of a client: {@code ClientCall}, with its {@code CallMiddleware} and the {@code Proof} of who makes it; {@code Replies},
 * if its answers are few and small; {@code StandardAction}, if it is one of the specification's own actions.
 */
@NullMarked
package dev.peregrine.client.call;

import org.jspecify.annotations.NullMarked;
