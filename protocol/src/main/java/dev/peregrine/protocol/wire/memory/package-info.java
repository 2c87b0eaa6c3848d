/** Where in memory buffers lie: {@link dev.peregrine.protocol.wire.memory.AlignedBuffers}. */
@NullMarked
package dev.peregrine.protocol.wire.memory;

import org.jspecify.annotations.NullMarked;
