/**
 * {@code ./peregrine bench}: Peregrine beside others on this machine, in turn, client and server in processes of their own. In
 * reading order:
 *
 * <ol>
 *   <li>{@link dev.peregrine.bench.side.SideBySide}: main and its options
 *   <li>{@code Pair}, {@code Programs}: whose client talks to whose server, and how each is started
 *   <li>{@code Rounds}: the order; {@code ServerProcess}, {@code ClientProcess}: one pair for one round
 *   <li>{@code MachineCpu}: what the rest of the machine did meanwhile
 *   <li>{@code Sample}, {@code Summary}, {@code Comparison}: what one client said, what the rounds say together
 *   <li>{@code TextReport}, {@code JsonReport}, {@code BarChart}: how it is shown
 * </ol>
 */
@NullMarked
package dev.peregrine.bench.side;

import org.jspecify.annotations.NullMarked;
