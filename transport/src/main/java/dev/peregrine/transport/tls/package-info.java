/**
 * TLS for the connections of {@code dev.peregrine.transport.http2}. In reading order: {@code TlsContexts} makes what Netty
 * runs out of {@link dev.peregrine.transport.Tls}, {@code Pem} reads certificates and keys, {@code TlsErrors} says why a
 * handshake failed.
 */
@NullMarked
package dev.peregrine.transport.tls;

import org.jspecify.annotations.NullMarked;
