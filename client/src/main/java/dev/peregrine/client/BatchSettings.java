package dev.peregrine.client;

import dev.peregrine.protocol.options.IpcWriteOptions;

/**
 * Any thread. How a client moves batches unless a call says otherwise.
 *
 * @param writeSizeLimit largest message sent, bytes; 0 for no limit
 * @param split whether larger batches go out in parts instead of being refused
 * @param decompressedLimit of a compressed batch, once it is not, bytes
 */
record BatchSettings(long writeSizeLimit, boolean split, long decompressedLimit, IpcWriteOptions writeOptions) {}
