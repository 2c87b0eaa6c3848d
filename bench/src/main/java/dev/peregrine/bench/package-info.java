/**
 * JMH benchmarks of Peregrine beside flight-core, which runs on grpc-java. In reading order:
 *
 * <ol>
 *   <li>{@link dev.peregrine.bench.data}: what is moved
 *   <li>{@link dev.peregrine.bench.lab}: clients and servers of all implementations
 *   <li>{@link dev.peregrine.bench.Peering}: which two take part
 *   <li>{@link dev.peregrine.bench.ThroughputBenchmark}, {@link dev.peregrine.bench.LatencyBenchmark}, {@link
 *       dev.peregrine.bench.StreamLatencyBenchmark}: what is measured
 *   <li>{@link dev.peregrine.bench.side}: peers compared without JMH, in processes that take turns
 * </ol>
 */
@NullMarked
package dev.peregrine.bench;

import org.jspecify.annotations.NullMarked;
