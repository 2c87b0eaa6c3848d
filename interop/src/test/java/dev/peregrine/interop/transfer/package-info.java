/**
 * Gigabytes and killed peers: {@code LargeTransferTest}, {@code LargeStreamsTest} with {@code ManyDictionaries} and {@code
 * LargeBody}, {@code KilledPeerTest}; with {@code TransferServer}, {@code
 * TransferClient}, {@code SleepyReader} and {@code Memory}.
 */
package dev.peregrine.interop.transfer;
