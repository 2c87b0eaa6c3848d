/**
 * Every Arrow type through every way there is, with schemas and data made at random: {@code RandomSchemas} and {@code
 * RandomVectors} make them, {@code RandomStream} is one case of them, {@code SameValues} compares. {@code TypesTest} sends
 * them to ourselves, {@code TypesWithPyarrowTest} and {@code TypesWithFlightCoreTest} by our clients to others and by theirs to us.
 */
package dev.peregrine.interop.types;
