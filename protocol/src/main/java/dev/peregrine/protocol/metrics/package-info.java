/**
 * What clients and servers can be asked to count and time: {@link dev.peregrine.protocol.metrics.FlightMetrics}, and for each
 * call a {@link dev.peregrine.protocol.metrics.CallMetrics}.
 */
@NullMarked
package dev.peregrine.protocol.metrics;

import org.jspecify.annotations.NullMarked;
