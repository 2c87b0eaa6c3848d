/**
 * What people point at any gRPC server: grpcurl, which asks a server what it serves, ghz and h2load, which make many calls.
 * In reading order: {@code FolderServer}, at which they are pointed here; {@code GrpcurlTest}, {@code GhzTest},
 * {@code H2loadTest}.
 */
@NullMarked
package dev.peregrine.conformance.tools;

import org.jspecify.annotations.NullMarked;
