/** Support for tests: leaks of Netty and Arrow memory fail them. */
@NullMarked
package dev.peregrine.testing;

import org.jspecify.annotations.NullMarked;
