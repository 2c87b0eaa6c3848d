/** Streams of every shape, through our client and our server, and as bytes on the wire. */
@NullMarked
package dev.peregrine.server.shapes;

import org.jspecify.annotations.NullMarked;
