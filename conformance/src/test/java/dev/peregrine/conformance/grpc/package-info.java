/**
 * gRPC's interop test service in both roles, on the transport alone. In reading order:
 *
 * <ul>
 *   <li>{@code Receiving} is where a call's messages arrive.
 *   <li>The server: {@code InteropServer}, {@code TestService}, {@code ServedCall}.
 *   <li>The client: {@code InteropClient}, the cases in {@code UnaryCases}, {@code StreamingCases},
 *       {@code CompressionCases}, {@code EndingCases}, {@code LoadCases}; {@code MadeCall}.
 *   <li>The tests: ours with ours, and each of them with gRPC's own in Go and in Java.
 * </ul>
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/interop-test-descriptions.md">what the cases are</a>
 */
@NullMarked
package dev.peregrine.conformance.grpc;

import org.jspecify.annotations.NullMarked;
