/**
 * {@code peregrine bench --against}: how fast a Flight service is. In reading order:
 *
 * <ol>
 *   <li>{@link dev.peregrine.cli.bench.Work}, {@link dev.peregrine.cli.bench.Plan}: what is measured, and for how long
 *   <li>{@link dev.peregrine.cli.bench.Asked}: what the calls ask for; {@link dev.peregrine.cli.bench.Link}: over which connection
 *   <li>{@code Calls}, {@code GetCalls}, {@code PutCalls}, {@code ExchangeCalls}, {@code SmallCalls}: one call each, over and over
 *   <li>{@code Tally}: what one thread counts
 *   <li>{@link dev.peregrine.cli.bench.Measurement}: the threads, the warm-up and the windows of one work
 *   <li>{@link dev.peregrine.cli.bench.Measured}, {@link dev.peregrine.cli.bench.BenchReport}: what comes out, as tables and as JSON
 * </ol>
 */
@NullMarked
package dev.peregrine.cli.bench;

import org.jspecify.annotations.NullMarked;
