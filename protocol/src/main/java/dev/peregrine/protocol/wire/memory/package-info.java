/**
 * Where in memory buffers lie.
 *
 * <p>{@link dev.peregrine.protocol.wire.memory.BodyPlan} says where in a body they are, and {@link
 * dev.peregrine.protocol.wire.memory.ArrivingBody} has them filled as the body comes: in {@code RecycledMemory}, and, by a
 * {@code Placement}, by the socket itself. {@link dev.peregrine.protocol.wire.memory.AlignedBuffers} moves those that lie
 * badly.
 */
@NullMarked
package dev.peregrine.protocol.wire.memory;

import org.jspecify.annotations.NullMarked;
