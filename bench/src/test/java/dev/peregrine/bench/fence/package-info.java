/** Fences: what a batch may cost in steady state, in figures that do not depend on how fast or busy the machine is. */
@NullMarked
package dev.peregrine.bench.fence;

import org.jspecify.annotations.NullMarked;
