/** Flight's words as bytes: those that pyarrow ({@code python/serialized.py}) and flight-core make, and ours. */
package dev.peregrine.interop.bytes;
