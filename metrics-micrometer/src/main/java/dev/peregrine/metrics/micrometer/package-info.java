/** Metrics of Flight clients and servers in Micrometer: {@link dev.peregrine.metrics.micrometer.MicrometerMetrics}. */
@NullMarked
package dev.peregrine.metrics.micrometer;

import org.jspecify.annotations.NullMarked;
