/**
 * Compressed bodies, on the caller's threads.
 *
 * <p>In reading order: {@link dev.peregrine.protocol.wire.compression.BodyCompressor} and {@link
 * dev.peregrine.protocol.wire.compression.BodyDecompressor} know how a buffer says what it is, {@code BodyCodecs} opens
 * their {@code BufferCodec}: {@code Lz4Frame}, of {@code Lz4Block}s and with {@code XxHash32}'s checksums, or {@code
 * ZstdFrame}. What goes wrong is a {@link dev.peregrine.protocol.wire.compression.CorruptBody} or a {@link
 * dev.peregrine.protocol.wire.compression.MissingCodec}.
 */
@NullMarked
package dev.peregrine.protocol.wire.compression;

import org.jspecify.annotations.NullMarked;
