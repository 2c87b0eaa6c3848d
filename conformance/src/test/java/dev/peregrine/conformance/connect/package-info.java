/**
 * Connect's conformance suite, the part for gRPC. In reading order: {@code ConnectTest} runs it and holds the scores;
 * {@code ConnectServer}, {@code ConformanceService} and {@code ServedCall} are what its clients call; {@code ConnectClient},
 * {@code CalledServer} and {@code ConnectCall} call its servers. The suite talks to both in {@code Delimited} messages on standard input and output;
 * {@code HeaderLists}, {@code ErrorDetails} and {@code RsaKeys} translate its words into the transport's.
 *
 * @see <a href="https://github.com/connectrpc/conformance">connectrpc/conformance</a>
 */
@NullMarked
package dev.peregrine.conformance.connect;

import org.jspecify.annotations.NullMarked;
