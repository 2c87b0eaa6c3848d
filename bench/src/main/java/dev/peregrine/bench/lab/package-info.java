/**
 * Client and server in processes of their own, any client with any server: ours, flight-core, or plain sockets as the limit.
 * They take the same works and print the same JSON lines, so that they can be paired and compared.
 */
@NullMarked
package dev.peregrine.bench.lab;

import org.jspecify.annotations.NullMarked;
