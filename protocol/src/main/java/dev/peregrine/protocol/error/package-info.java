/** Flight's statuses as exceptions. */
@NullMarked
package dev.peregrine.protocol.error;

import org.jspecify.annotations.NullMarked;
