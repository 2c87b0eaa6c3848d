/**
 * What {@code peregrine demo} does. In reading order:
 *
 * <ul>
 *   <li>{@link dev.peregrine.cli.demo.Demo}: the steps, and the table at the end
 *   <li>{@code Flights}, {@code GeneratedFlight}, {@code Columns}, {@code Randomness}: the data, made from a seed, batch by batch
 *   <li>{@code Transfers}: the calls, timed
 *   <li>{@code SameValues}: whether what arrived is what was made
 *   <li>{@code SocketFloor}: the bare socket to compare with
 *   <li>{@code Moved}: one line of the table
 *   <li>{@code TemporaryFolder}: gone at the end, whatever the end is
 * </ul>
 */
@NullMarked
package dev.peregrine.cli.demo;

import org.jspecify.annotations.NullMarked;
