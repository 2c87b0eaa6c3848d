/**
 * Looking on at calls and connections. {@link dev.peregrine.transport.watch.Watcher} hears of them; {@code Watched} and the
 * two calls stand between the transport and the layer above where somebody wants to hear, and are not there otherwise.
 */
@NullMarked
package dev.peregrine.transport.watch;

import org.jspecify.annotations.NullMarked;
