/**
 * Ready-made authenticators. {@link dev.peregrine.server.auth.BasicAuthenticator}: user and password for a bearer token.
 * {@link dev.peregrine.server.auth.HandshakeAuthenticator}: the older way, a token out of the Handshake's messages. {@link
 * dev.peregrine.server.auth.BearerAuthenticator}: tokens that somebody else has issued. {@link
 * dev.peregrine.server.auth.CertificateAuthenticator}: mutual TLS. {@link dev.peregrine.server.auth.AnyAuthenticator}: several
 * of them. What they need: {@link dev.peregrine.server.auth.PasswordCheck}, {@link
 * dev.peregrine.server.auth.IssuedTokens}; {@code Authorization} reads the header.
 */
@NullMarked
package dev.peregrine.server.auth;

import org.jspecify.annotations.NullMarked;
