/**
 * Spans for the calls of Flight clients and servers in OpenTelemetry:
 * {@link dev.peregrine.tracing.opentelemetry.FlightTracing}.
 */
@NullMarked
package dev.peregrine.tracing.opentelemetry;

import org.jspecify.annotations.NullMarked;
