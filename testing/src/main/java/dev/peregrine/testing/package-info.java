/**
 * Support for the tests of the other modules: memory that is not given back fails the test that took it.
 *
 * <ul>
 *   <li>{@link dev.peregrine.testing.LeakCheck}: the JUnit extension; hands out allocators and checks them.
 *   <li>{@link dev.peregrine.testing.ArrowMemory}: one test's Arrow allocator.
 *   <li>{@link dev.peregrine.testing.NettyMemory}: one test's Netty allocator, and what Netty's leak detector finds.
 *   <li>{@link dev.peregrine.testing.RecordingLeakDetector}: keeps the detector's reports instead of logging them.
 *   <li>{@link dev.peregrine.testing.Patience}: a bounded wait.
 *   <li>{@link dev.peregrine.testing.Parked}: waits until another thread blocks.
 *   <li>{@link dev.peregrine.testing.Jvm}: the command line of a JVM of its own.
 * </ul>
 *
 * <p>{@link dev.peregrine.testing.vectors} has values for Arrow's vectors, {@link dev.peregrine.testing.http2} peers that speak
 * HTTP/2 frame by frame.
 */
@NullMarked
package dev.peregrine.testing;

import org.jspecify.annotations.NullMarked;
