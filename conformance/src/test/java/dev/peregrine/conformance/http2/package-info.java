/**
 * HTTP/2 as h2spec sees it, which plays odd clients, and h2specd, which plays odd servers. In reading order:
 * {@code H2specTest}, {@code H2specdTest} with {@code OneCallClients}, and {@code Score}, what both print.
 */
@NullMarked
package dev.peregrine.conformance.http2;

import org.jspecify.annotations.NullMarked;
