/**
 * {@code ./peregrine bench}: Peregrine beside others on this machine, in turn, client and server in processes of their own. In
 * reading order:
 *
 * <ol>
 *   <li>{@link dev.peregrine.bench.side.SideBySide}: main and its options
 *   <li>{@code Peer}, {@code Feature}, {@code Work}, {@code Pair}, {@code Link}, {@code Entrants}, {@code TargetWorks}, {@code
 *       Entry}, {@code Settings}: who does what, how often
 *   <li>{@code Programs}, {@code ClassPath}, {@code Certificates}, {@code Python}: how each is started
 *   <li>{@code Rounds}, {@code Child}: the order; {@code ColdStarts}: clients that start
 *   <li>{@code MachineCpu}: what the rest of the machine did meanwhile
 *   <li>{@code Sample}, {@code Unit}, {@code Cost}, {@code Summary}, {@code Comparison}: what one client said, what the rounds say
 *       together
 *   <li>{@link dev.peregrine.bench.report}: how it is shown
 * </ol>
 */
@NullMarked
package dev.peregrine.bench.side;

import org.jspecify.annotations.NullMarked;
