/**
 * TLS for the connections of {@code dev.peregrine.transport.http2}. In reading order: {@code LiveTls} is one end's TLS as it
 * is now, {@code TlsContexts} makes what Netty runs out of {@link dev.peregrine.transport.Tls}, from PEM ({@code Pem},
 * {@code Der}) or key stores ({@code Stores}) that {@code Inputs} reads; {@code TlsErrors} says why a handshake failed.
 */
@NullMarked
package dev.peregrine.transport.tls;

import org.jspecify.annotations.NullMarked;
