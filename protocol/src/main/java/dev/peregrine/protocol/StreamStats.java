package dev.peregrine.protocol;

/**
 * What a stream has carried so far, as pyarrow counts it: messages of Arrow's IPC format. App_metadata that came alone is none.
 *
 * @param messages all of them: the schema, dictionaries and record batches
 * @param recordBatches record batches
 * @param dictionaryBatches dictionaries: first ones, deltas and those that replace another
 * @param dictionaryDeltas of the dictionaries, those that add to another
 * @param replacedDictionaries of the dictionaries, those that replace another
 */
public record StreamStats(
        long messages, long recordBatches, long dictionaryBatches, long dictionaryDeltas, long replacedDictionaries) {}
