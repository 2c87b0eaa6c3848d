/** {@link dev.peregrine.testing.vectors.RandomVectors}: values for vectors of any type. */
@NullMarked
package dev.peregrine.testing.vectors;

import org.jspecify.annotations.NullMarked;
