/**
 * Who makes a call: {@link dev.peregrine.client.auth.CallCredentials}, and {@link dev.peregrine.client.auth.RenewedBearer},
 * which gets new tokens when they are needed.
 */
@NullMarked
package dev.peregrine.client.auth;

import org.jspecify.annotations.NullMarked;
