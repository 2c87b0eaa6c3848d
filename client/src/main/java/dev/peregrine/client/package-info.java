/** The Flight client. */
@NullMarked
package dev.peregrine.client;

import org.jspecify.annotations.NullMarked;
