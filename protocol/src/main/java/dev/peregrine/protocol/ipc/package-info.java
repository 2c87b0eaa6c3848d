/**
 * Arrow's IPC headers, read with care. Inside this module only.
 *
 * <p>One file: {@link dev.peregrine.protocol.ipc.IpcHeader}.
 */
@NullMarked
package dev.peregrine.protocol.ipc;

import org.jspecify.annotations.NullMarked;
