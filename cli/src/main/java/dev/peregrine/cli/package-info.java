/** The command <code>peregrine</code>. */
@NullMarked
package dev.peregrine.cli;

import org.jspecify.annotations.NullMarked;
