package dev.peregrine.client;

import dev.peregrine.protocol.options.IpcWriteOptions;

/**
 * Any thread. How a client moves batches unless a call says otherwise.
 *
 * @param writeSizeLimit largest message sent, bytes; 0 for no limit
 * @param decompressedLimit of a compressed batch, once it is not, bytes
 */
record BatchSettings(long writeSizeLimit, long decompressedLimit, IpcWriteOptions writeOptions) {}
