/** Each way of TLS with each peer, in both directions, and what is said when it is the wrong one. */
package dev.peregrine.interop.tls;
