/** HTTP/2 below gRPC. */
@NullMarked
package dev.peregrine.transport.http2;

import org.jspecify.annotations.NullMarked;
