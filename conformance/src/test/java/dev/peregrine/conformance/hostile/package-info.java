/**
 * Clients that mean harm, beside flight-core: how the two servers answer, and what it costs them.
 *
 * <ul>
 *   <li>{@link dev.peregrine.conformance.hostile.HostileClientsTest}: plays every attack and prints the table.
 *   <li>{@link dev.peregrine.conformance.hostile.Effect}: what one attack did.
 *   <li>{@link dev.peregrine.conformance.hostile.ServerProcess}: a server in a JVM of its own, seen from outside.
 *   <li>{@link dev.peregrine.conformance.hostile.OurServer}, {@link dev.peregrine.conformance.hostile.FlightCoreServer}: the
 *       mains.
 * </ul>
 */
@NullMarked
package dev.peregrine.conformance.hostile;

import org.jspecify.annotations.NullMarked;
