/**
 * What people point at any gRPC server: grpcurl, which asks a server what it serves, and ghz, which makes many calls. In
 * reading order: {@code FolderServer}, at which they are pointed here; {@code GrpcurlTest}, {@code GhzTest}.
 */
@NullMarked
package dev.peregrine.conformance.tools;

import org.jspecify.annotations.NullMarked;
