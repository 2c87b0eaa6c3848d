/**
 * The dictionaries of a stream: {@link dev.peregrine.protocol.wire.dictionary.SentDictionaries} knows what the peer has,
 * {@link dev.peregrine.protocol.wire.dictionary.ReceivedDictionaries} what it has sent.
 */
@NullMarked
package dev.peregrine.protocol.wire.dictionary;

import org.jspecify.annotations.NullMarked;
