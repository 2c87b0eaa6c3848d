/** Settings of clients and servers by the names that gRPC has for them. */
@NullMarked
package dev.peregrine.protocol.wire.generic;

import org.jspecify.annotations.NullMarked;
