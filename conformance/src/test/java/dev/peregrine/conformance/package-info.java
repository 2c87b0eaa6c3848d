/**
 * HTTP/2's, gRPC's and Arrow's own suites as judges. The programs that they need on our side, a TestService or a one-call
 * client, are here too, and use what any user of the library would use. {@code docs/conformance.md} has the scores.
 */
@NullMarked
package dev.peregrine.conformance;

import org.jspecify.annotations.NullMarked;
