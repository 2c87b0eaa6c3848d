/**
 * Benchmarks of Peregrine beside flight-core, which runs on grpc-java. In reading order:
 *
 * <ol>
 *   <li>{@link dev.peregrine.bench.Workload}: the batch that all of them move
 *   <li>{@link dev.peregrine.bench.Peer}: what a Flight implementation must do to take part
 *   <li>{@link dev.peregrine.bench.PeregrinePeer}, {@link dev.peregrine.bench.FlightCorePeer}: the two that do
 *   <li>{@link dev.peregrine.bench.ThroughputBenchmark}, {@link dev.peregrine.bench.LatencyBenchmark}: what is measured
 *   <li>{@link dev.peregrine.bench.lab}: the same work in processes of their own; {@link dev.peregrine.bench.side}: peers compared
 *       by it
 * </ol>
 */
@NullMarked
package dev.peregrine.bench;

import org.jspecify.annotations.NullMarked;
