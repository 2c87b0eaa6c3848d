/**
 * Arrow's integration files, as far as pyarrow can write them, put to each server by {@code peregrine verify} and compared with what comes
 * back: {@code GoldenFilesTest}. {@code FlightCoreStore} is flight-core's, {@code python/store_server.py} pyarrow's.
 */
package dev.peregrine.interop.golden;
