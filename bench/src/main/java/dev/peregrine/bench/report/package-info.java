/**
 * How a comparison is shown. In reading order:
 *
 * <ol>
 *   <li>{@code TextReport}, {@code Columns}, {@code Figures}: tables on a terminal
 *   <li>{@code Targets}, {@code Target}, {@code TargetTable}: what is to be reached, and whether it was
 *   <li>{@code JsonReport}, {@code BarChart}: for programs, for the eye
 * </ol>
 */
@NullMarked
package dev.peregrine.bench.report;

import org.jspecify.annotations.NullMarked;
