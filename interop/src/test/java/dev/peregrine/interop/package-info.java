/**
 * Our client and server with foreign peers, pyarrow and flight-core, by room:
 *
 * <ul>
 *   <li>{@code parade}: each call of Flight, in each direction.
 *   <li>{@code auth}, {@code session}: ready-made authenticators; cookies, sessions, the specification's own actions.
 *   <li>{@code middleware}: what it sees of calls, at both ends.
 *   <li>{@code tls}: each way of TLS.
 *   <li>{@code types}: every Arrow type. Real files of them: {@code ArrowFilesTest} ({@code python/arrow_files.py}), {@code
 *       IntervalFile}.
 *   <li>{@code golden}: Arrow's integration files through {@code peregrine verify}.
 *   <li>{@code bytes}: Flight's words as bytes.
 *   <li>{@code transfer}: gigabytes, and peers that are killed.
 *   <li>{@code support}: programs beside a test, the command line, certificates.
 *   <li>Of the whole project: {@code ArchitectureTest}, {@code FlightProtoTest}, {@code ParityTest} and {@code ParityNamesTest}, {@code
 *       CommandLineTest}, which also runs the example of the docs.
 * </ul>
 */
package dev.peregrine.interop;
