/** gRPC over HTTP/2 on Netty. Knows no Arrow and no Flight. */
@NullMarked
package dev.peregrine.transport;

import org.jspecify.annotations.NullMarked;
